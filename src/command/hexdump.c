/* SPDX-License-Identifier: MIT */
#include "command/hexdump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "nfdec/decoder.h"

#define TEXT_MOST     (1u << 20) /* a dump of the largest datagram takes a third of that */
#define DATAGRAM_MOST 65535u

/* All of a stream; false where it is too long or cannot be read (errno). */
static bool read_all(FILE *stream, struct strbuf *text)
{
    size_t got = 1;
    while (got > 0 && text->length <= TEXT_MOST) {
        got = fread(strbuf_room(text, BUFSIZ), 1, BUFSIZ, stream);
        text->length += got;
    }
    text->data[text->length] = '\0';
    return !ferror(stream);
}

static bool read_file(const char *path, struct strbuf *text, struct complaint *complaint)
{
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path, *quote = standard ? "" : "'";
    FILE *stream = standard ? stdin : fopen(path, "re");
    if (!stream)
        return complain(complaint, COMPLAINT_USAGE, "cannot open '%s': %s", path, strerror(errno));
    bool fine = read_all(stream, text);
    int reason = errno;
    if (!standard)
        fclose(stream);
    if (!fine)
        return complain(complaint, COMPLAINT_USAGE, "cannot read %s%s%s: %s", quote, name, quote,
                        strerror(reason));
    if (memchr(text->data, '\0', text->length))
        return complain(complaint, COMPLAINT_INPUT, "%s%s%s is no hex dump; a capture is read with -r", quote,
                        name, quote);
    if (text->length > TEXT_MOST)
        return complain(complaint, COMPLAINT_INPUT, "%s%s%s is too long for a hex dump of one packet", quote,
                        name, quote);
    return true;
}

/* The line of the dump that the culprit stands in, and a caret under it. `operand`: the dump, if it is a single one. */
static bool complain_dump(struct complaint *complaint, const struct strbuf *text, size_t at,
                          const char *operand)
{
    size_t begin = at < text->length ? at : text->length, end = begin;
    while (begin > 0 && text->data[begin - 1] != '\n')
        begin--;
    while (end < text->length && text->data[end] != '\n')
        end++;
    size_t line = 1;
    for (size_t i = 0; i < begin; i++)
        line += text->data[i] == '\n';
    if (operand && !strpbrk(operand, " :"))
        complain(complaint, COMPLAINT_INPUT, "'%s' is neither a file nor hex octets", operand);
    else if (memchr(text->data, '\n', begin))
        complain(complaint, COMPLAINT_INPUT, "bad hex dump: no hex octet in line %zu", line);
    else
        complain(complaint, COMPLAINT_INPUT, "bad hex dump: no hex octet");
    return complain_at(complaint, text->data + begin, end - begin, at - begin);
}

static bool is_export(const uint8_t *octets, size_t length)
{
    struct nfdec *dec = nfdec_new(NULL);
    struct nfdec_packet packet = { .data = octets, .length = length, .number = 1, .address_length = 4 };
    bool is_one = dec && nfdec_feed(dec, &packet) != NFDEC_NOT_EXPORT;
    nfdec_free(dec);
    return is_one;
}

static bool decode(const struct strbuf *text, const char *operand, uint8_t **octets, size_t *length,
                   struct complaint *complaint)
{
    size_t size = text->length / 2 + 1;
    if (strspn(text->data, " \t\r\n") == text->length)
        return complain(complaint, COMPLAINT_INPUT, "the hex dump is empty");
    *octets = alloc_array(size, 1);
    if (nfdec_hex_decode(text->data, text->length, *octets, size, length) != NFDEC_OK)
        return complain_dump(complaint, text, *length, operand);
    if (*length == 0)
        return complain(complaint, COMPLAINT_INPUT, "the hex dump is empty");
    if (*length > DATAGRAM_MOST)
        return complain(complaint, COMPLAINT_INPUT, "the hex dump has %zu octets, a datagram %u at most",
                        *length, DATAGRAM_MOST);
    if (!is_export(*octets, *length))
        return complain(complaint, COMPLAINT_INPUT,
                        "the octets are no NetFlow v1, v5, v7, v9 or IPFIX packet");
    return true;
}

static void join(struct strbuf *text, const char *const *operands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_char(text, ' ');
        strbuf_text(text, operands[i]);
    }
}

bool hexdump_read(const char *const *operands, size_t count, uint8_t **octets, size_t *length,
                  struct complaint *complaint)
{
    struct strbuf text = { 0 };
    struct stat status;
    const char *operand = count == 1 ? operands[0] : NULL;
    bool from_stdin = count == 0 || (operand && strcmp(operand, "-") == 0);
    bool from_file = operand && !from_stdin && stat(operand, &status) == 0;
    bool fine = true;
    if (from_stdin || from_file)
        fine = read_file(from_stdin ? "-" : operand, &text, complaint);
    else
        join(&text, operands, count);
    fine = fine && decode(&text, from_stdin || from_file ? NULL : operand, octets, length, complaint);
    strbuf_release(&text);
    return fine;
}
