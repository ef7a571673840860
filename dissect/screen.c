#include "screen.h"

#include "cursor.h"

/** Read the question at *offset and step over it. */
static enum zt_reject
read_question(const uint8_t *msg, size_t len, size_t *offset, unsigned *hops,
    struct zt_question *question)
{
	size_t pos = *offset;
	enum zt_reject r = zt_name_expand(msg, len, &pos, hops, &question->name);

	if (r != ZT_ACCEPT)
		/* A name may not cost more than this; as a question it is malformed. */
		return r == ZT_R_TOO_COMPLEX ? ZT_R_BAD_POINTER : r;
	struct zt_cursor c = zt_cursor_init(msg + pos, len - pos);
	question->type = zt_cursor_u16(&c);
	question->klass = zt_cursor_u16(&c);
	if (c.failed)
		return ZT_R_NAME_CUT;
	/* Questions lie in the first 12 + 4 * 259 bytes, so offsets fit. */
	question->name_offset = (uint16_t)*offset;
	*offset = pos + 4;
	return ZT_ACCEPT;
}

enum zt_reject
zt_screen(const struct zt_hash_key *key, const uint8_t *msg, size_t len,
    struct zt_screen *out)
{
	struct zt_cursor c = zt_cursor_init(msg, len);
	size_t offset = ZT_DNS_HEADER_LEN;
	/* Each question may use the whole of a name's hops. */
	unsigned hops = ZT_QUESTIONS_MAX * ZT_NAME_HOPS_MAX;
	enum zt_reject r = ZT_ACCEPT;

	if (len < ZT_DNS_HEADER_LEN)
		return ZT_R_SHORT_HEADER;
	out->id = zt_cursor_u16(&c);
	out->flags = zt_cursor_u16(&c);
	out->qdcount = zt_cursor_u16(&c);
	out->ancount = zt_cursor_u16(&c);
	out->nscount = zt_cursor_u16(&c);
	out->arcount = zt_cursor_u16(&c);
	out->n_questions = 0;
	while (out->n_questions < out->qdcount && out->n_questions < ZT_QUESTIONS_MAX) {
		struct zt_question *question = &out->questions[out->n_questions];
		r = read_question(msg, len, &offset, &hops, question);
		if (r != ZT_ACCEPT)
			break;
		question->hash = zt_hash(key, question->name.wire, question->name.len);
		out->n_questions++;
	}
	out->body = (uint16_t)offset;
	out->body_known = out->n_questions == out->qdcount;
	return out->n_questions > 0 || out->qdcount == 0 ? ZT_ACCEPT : r;
}
