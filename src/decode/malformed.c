/* SPDX-License-Identifier: MIT */
#include "decode/malformed.h"

#include "decode/specs.h"

struct search {
    malformed_list *tell;
    void *user;
    const struct nfdec_record *outer;
    uint32_t left; /* fields to look at: templates may have thousands of no octets */
};

static void search_record(struct search *s, const struct nfdec_record *record, unsigned depth);

/* Every level is a smaller piece of the same octets. */
static void search_field(struct search *s, const struct nfdec_field *field, unsigned depth)
{
    struct nfdec_list list;
    if (depth == NFDEC_LIST_DEPTH || !field->length || !spec_is_list(field->spec->type) ||
        !nfdec_list_begin(&list, field))
        return;
    while (nfdec_list_next(&list)) {
        if (list.template)
            search_record(s, &list.record, depth + 1);
        else if (!list.template_id)
            search_field(s, &list.value, depth + 1);
    }
    if (list.malformed)
        s->tell(s->user, s->outer, field);
}

static void search_record(struct search *s, const struct nfdec_record *record, unsigned depth)
{
    struct nfdec_field field;
    if (!record->template->lists)
        return;
    nfdec_field_begin(&field, record);
    while (s->left && nfdec_field_next(&field)) {
        s->left--;
        search_field(s, &field, depth);
    }
}

void malformed_lists(const struct nfdec_set *set, malformed_list *tell, void *user)
{
    struct nfdec_record record;
    /* no more than there can be where every field has an octet, at every depth */
    struct search s = {
        .tell = tell, .user = user, .outer = &record, .left = (set->length + 8) * NFDEC_LIST_DEPTH
    };
    nfdec_record_begin(&record, set);
    while (s.left && nfdec_record_next(&record))
        search_record(&s, &record, 0);
}
