/* SPDX-License-Identifier: MIT */
/* Values of every type: the first octet is the type, the second the room for the text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nfdec/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > UINT16_MAX)
        return 0;
    size_t room = data[1];
    char *text = malloc(room ? room : 1);
    if (!text)
        return 0;
    enum nfdec_type type = (enum nfdec_type)(data[0] % NFDEC_TYPE_COUNT);
    struct nfdec_value value = nfdec_value_read(type, data + 2, (uint32_t)(size - 2));
    size_t length = nfdec_value_text(&value, text, room);
    if (room > 0 && (length >= room || strlen(text) != length))
        abort();
    for (size_t i = 0; i < length; i++)
        if ((uint8_t)text[i] < 0x20 || text[i] == 0x7F)
            abort(); /* a control reached the terminal */
    free(text);
    return 0;
}
