#include "signature.h"

#include <stdlib.h>
#include <string.h>

#include "cursor.h"

/** Least bytes of a MAC that was cut, RFC 8945 section 5.2.2.1. */
#define MAC_MIN 10
/** Where ARCOUNT stands in the header, RFC 1035 section 4.1.1. */
#define ARCOUNT_AT 10

/** No key. */
#define NO_KEY SIZE_MAX

struct zt_signatures {
	const struct zt_digests *digests;
	struct zt_signature_key *keys;
	size_t n_keys;
	size_t n_open; /**< Digests that are in use. */
};

/** RFC 8945 section 6, table 3; the wire forms of the names. */
static const struct {
	enum zt_digest_kind kind;
	const char *name;
} algorithms[] = {
	{ ZT_DIGEST_MD5, "\10hmac-md5\7sig-alg\3reg\3int" },
	{ ZT_DIGEST_SHA1, "\11hmac-sha1" },
	{ ZT_DIGEST_SHA224, "\13hmac-sha224" },
	{ ZT_DIGEST_SHA256, "\13hmac-sha256" },
	{ ZT_DIGEST_SHA384, "\13hmac-sha384" },
	{ ZT_DIGEST_SHA512, "\13hmac-sha512" },
};

enum zt_digest_kind
zt_signature_algorithm(const uint8_t *name, size_t len)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		/* The text ends with a zero, which is the root label. */
		if (len == strlen(algorithms[i].name) + 1 &&
		    memcmp(name, algorithms[i].name, len) == 0)
			return algorithms[i].kind;
	return ZT_N_DIGESTS;
}

static bool
copy_key(const struct zt_signature_key *from, struct zt_signature_key *to)
{
	/* One byte more: a secret of none is a secret too. */
	uint8_t *secret = malloc(from->secret_len + 1);

	if (!secret)
		return false;
	*to = *from;
	memcpy(secret, from->secret, from->secret_len);
	to->secret = secret;
	return true;
}

struct zt_signatures *
zt_signatures_new(const struct zt_signature_key *keys, size_t n_keys,
    const struct zt_digests *digests)
{
	struct zt_signatures *signatures = calloc(1, sizeof(*signatures));

	if (!signatures)
		return NULL;
	signatures->digests = digests;
	if (!digests)
		n_keys = 0;
	signatures->keys = calloc(n_keys + 1, sizeof(*signatures->keys));
	if (!signatures->keys) {
		zt_signatures_free(&signatures);
		return NULL;
	}
	for (size_t i = 0; i < n_keys; i++) {
		if (!copy_key(&keys[i], &signatures->keys[i])) {
			zt_signatures_free(&signatures);
			return NULL;
		}
		signatures->n_keys++;
	}
	return signatures;
}

static void
free_secret(struct zt_signature_key *key)
{
	uint8_t *secret;

	/* Our own copy: the const is the lender's. */
	memcpy(&secret, &key->secret, sizeof(secret));
	explicit_bzero(secret, key->secret_len);
	free(secret);
}

void
zt_signatures_free(struct zt_signatures **signatures)
{
	if (!*signatures)
		return;
	for (size_t i = 0; i < (*signatures)->n_keys; i++)
		free_secret(&(*signatures)->keys[i]);
	free((*signatures)->keys);
	free(*signatures);
	*signatures = NULL;
}

/** The key of this name, best the one for this algorithm; NO_KEY. */
static size_t
find_key(const struct zt_signatures *signatures, const struct zt_name *name,
    enum zt_digest_kind kind)
{
	size_t found = NO_KEY;

	for (size_t i = 0; i < signatures->n_keys; i++) {
		const struct zt_signature_key *key = &signatures->keys[i];
		if (key->name_len != name->len ||
		    memcmp(key->name, name->wire, name->len) != 0)
			continue;
		if (key->kind == kind)
			return i;
		if (found == NO_KEY)
			found = i;
	}
	return found;
}

/** States only get worse. */
static void
worsen(uint8_t *state, enum zt_tsig_state to)
{
	if (*state < to)
		*state = (uint8_t)to;
}

static void
close_digest(struct zt_signatures *signatures, struct zt_signature *signature)
{
	if (!signature->digest)
		return;
	signatures->digests->close(signature->digest);
	signature->digest = NULL;
	signatures->n_open--;
}

/** @return false when there is no room or the library refuses. */
static bool
open_digest(struct zt_signatures *signatures, struct zt_signature *signature,
    size_t index, enum zt_digest_kind kind)
{
	const struct zt_signature_key *key = &signatures->keys[index];

	close_digest(signatures, signature);
	if (signatures->n_open == ZT_SIGNATURES_MAX)
		return false;
	signature->digest =
	    signatures->digests->open(kind, key->secret, key->secret_len);
	if (!signature->digest)
		return false;
	signatures->n_open++;
	signature->kind = (uint8_t)kind;
	signature->is_weak = kind != key->kind;
	return true;
}

static void
put_key(const struct zt_tsig_record *record, struct zt_tsig *out)
{
	out->key_len = record->key.len;
	memcpy(out->key, record->key.wire, record->key.len);
	out->algorithm_len = record->algorithm.len < sizeof(out->algorithm)
				 ? record->algorithm.len
				 : (uint8_t)sizeof(out->algorithm);
	memcpy(out->algorithm, record->algorithm.wire, out->algorithm_len);
}

static void
put_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/** Begin a round with the MAC before, where there is one; section 5.3.1. */
static bool
begin_round(const struct zt_digests *digests, struct zt_signature *signature)
{
	uint8_t len[2];

	if (signature->is_running)
		return true;
	signature->is_running = true;
	if (!digests->start(signature->digest))
		return false;
	if (signature->prior_len == 0)
		return true;
	put_u16(len, signature->prior_len);
	return digests->add(signature->digest, len, sizeof(len)) &&
	       digests->add(signature->digest, signature->prior, signature->prior_len);
}

/** The message as it was before its TSIG record was added, section 4.3.2. */
static bool
add_message(const struct zt_digests *digests, void *digest,
    const struct zt_signed_message *message)
{
	const struct zt_tsig_record *tsig = message->tsig;
	uint8_t header[ZT_DNS_HEADER_LEN];

	memcpy(header, message->msg, sizeof(header));
	put_u16(header, tsig->original_id);
	put_u16(header + ARCOUNT_AT, zt_be16(header + ARCOUNT_AT) - 1u);
	return digests->add(digest, header, sizeof(header)) &&
	       digests->add(digest, message->msg + sizeof(header),
		   tsig->rr.owner - sizeof(header));
}

/** Sections 4.3.3 and 5.3.1: all fields, or those about the time alone. */
static bool
add_variables(const struct zt_digests *digests, void *digest,
    const struct zt_tsig_record *tsig, bool are_timers_only)
{
	static const uint8_t class_and_ttl[6] = { 0, ZT_RR_ANY, 0, 0, 0, 0 };
	uint8_t timers[8], rest[4];

	put_u16(timers, (unsigned)(tsig->time_signed >> 32));
	put_u16(timers + 2, (unsigned)(tsig->time_signed >> 16 & 0xffff));
	put_u16(timers + 4, (unsigned)(tsig->time_signed & 0xffff));
	put_u16(timers + 6, tsig->fudge);
	if (are_timers_only)
		return digests->add(digest, timers, sizeof(timers));
	put_u16(rest, tsig->error);
	put_u16(rest + 2, tsig->other_len);
	return digests->add(digest, tsig->key.wire, tsig->key.len) &&
	       digests->add(digest, class_and_ttl, sizeof(class_and_ttl)) &&
	       digests->add(digest, tsig->algorithm.wire, tsig->algorithm.len) &&
	       digests->add(digest, timers, sizeof(timers)) &&
	       digests->add(digest, rest, sizeof(rest)) &&
	       digests->add(digest, tsig->other, tsig->other_len);
}

/** Can the record be right at all, by its form? */
static bool
is_well_formed(const struct zt_signed_message *message, bool are_timers_only)
{
	const struct zt_tsig_record *tsig = message->tsig;
	const struct zt_rr *rr = &tsig->rr;

	if (rr->klass != ZT_RR_ANY || rr->ttl != 0 ||
	    rr->section != ZT_SECTION_ADDITIONAL ||
	    (size_t)rr->rdata + rr->rdlen != message->len ||
	    rr->owner < ZT_DNS_HEADER_LEN)
		return false;
	/* What the MAC does not cover has to be empty. */
	return !are_timers_only || (tsig->error == 0 && tsig->other_len == 0);
}

static bool
is_in_time(const struct zt_signed_message *message)
{
	uint64_t now = message->ts_ns / UINT64_C(1000000000);
	uint64_t then = message->tsig->time_signed;
	uint64_t apart = now > then ? now - then : then - now;

	return apart <= message->tsig->fudge;
}

/** What a MAC is worth that agrees as far as it goes. */
static enum zt_tsig_state
grade(const struct zt_signature *signature, const struct zt_signed_message *message)
{
	size_t whole = zt_digest_bytes((enum zt_digest_kind)signature->kind);
	size_t least = whole / 2 > MAC_MIN ? whole / 2 : MAC_MIN;

	if (signature->is_weak || message->tsig->mac_len < least)
		return ZT_TSIG_DOWNGRADED;
	return is_in_time(message) ? ZT_TSIG_VERIFIED : ZT_TSIG_OUTSIDE_TIME;
}

/**
 * Finish a round with a signed message.
 *
 * @return ZT_TSIG_UNKNOWN when the library fails.
 */
static enum zt_tsig_state
check(const struct zt_digests *digests, struct zt_signature *signature,
    const struct zt_signed_message *message, bool are_timers_only)
{
	const struct zt_tsig_record *tsig = message->tsig;
	uint8_t mac[ZT_DIGEST_MAX];

	if (!is_well_formed(message, are_timers_only) ||
	    tsig->mac_len > zt_digest_bytes((enum zt_digest_kind)signature->kind))
		return ZT_TSIG_FORGED;
	if (!begin_round(digests, signature) ||
	    !add_message(digests, signature->digest, message) ||
	    !add_variables(digests, signature->digest, tsig, are_timers_only) ||
	    !digests->finish(signature->digest, mac))
		return ZT_TSIG_UNKNOWN;
	signature->is_running = false;
	signature->n_unsigned = 0;
	signature->prior_len = (uint8_t)tsig->mac_len;
	memcpy(signature->prior, tsig->mac, tsig->mac_len);
	if (memcmp(mac, tsig->mac, tsig->mac_len) != 0)
		return ZT_TSIG_FORGED;
	return grade(signature, message);
}

void
zt_signature_request(struct zt_signatures *signatures, struct zt_signature *signature,
    const struct zt_signed_message *message, struct zt_tsig *out)
{
	const struct zt_tsig_record *tsig = message->tsig;

	out->request_state = ZT_TSIG_UNVERIFIED;
	if (!tsig)
		return;
	put_key(tsig, out);
	out->error = tsig->error;
	enum zt_digest_kind kind =
	    zt_signature_algorithm(tsig->algorithm.wire, tsig->algorithm.len);
	size_t key = find_key(signatures, &tsig->key, kind);
	if (key == NO_KEY)
		return;
	if (!message->is_whole)
		out->request_state = ZT_TSIG_UNKNOWN;
	else if (kind == ZT_N_DIGESTS)
		out->request_state = ZT_TSIG_FORGED;
	else if (!open_digest(signatures, signature, key, kind))
		out->request_state = ZT_TSIG_UNKNOWN;
	else
		out->request_state =
		    (uint8_t)check(signatures->digests, signature, message, false);
	/* Without the request's MAC nothing can be said of the answer. */
	if (signature->prior_len == 0)
		close_digest(signatures, signature);
}

/** Without the secret, or after something was missed. */
static void
judge_unfollowed(const struct zt_signatures *signatures,
    const struct zt_signed_message *message, bool is_first, struct zt_tsig *out)
{
	const struct zt_tsig_record *tsig = message->tsig;

	if (tsig) {
		bool is_known =
		    find_key(signatures, &tsig->key, ZT_N_DIGESTS) != NO_KEY;
		worsen(&out->answer_state,
		    is_known ? ZT_TSIG_UNKNOWN : ZT_TSIG_UNVERIFIED);
	} else if (is_first && !message->is_error && !message->is_unreadable &&
		   out->request_state != ZT_TSIG_NONE) {
		worsen(&out->answer_state, ZT_TSIG_DOWNGRADED);
	}
}

/** @return the state that an unsigned message brings the answer to. */
static enum zt_tsig_state
take_unsigned(const struct zt_digests *digests, struct zt_signature *signature,
    const struct zt_signed_message *message, bool is_first)
{
	if (message->is_unreadable)
		return ZT_TSIG_FORGED;
	/* Errors about the key cannot be signed, section 5.3.2; nothing follows. */
	if (is_first)
		return message->is_error ? ZT_TSIG_NONE : ZT_TSIG_DOWNGRADED;
	if (signature->n_unsigned == ZT_SIGNATURE_UNSIGNED_MAX)
		return ZT_TSIG_DOWNGRADED;
	signature->n_unsigned++;
	if (!begin_round(digests, signature) ||
	    !digests->add(signature->digest, message->msg, message->len))
		return ZT_TSIG_UNKNOWN;
	return ZT_TSIG_NONE;
}

/** @return the state that a signed message brings the answer to. */
static enum zt_tsig_state
take_signed(struct zt_signatures *signatures, struct zt_signature *signature,
    const struct zt_signed_message *message, bool is_first, const struct zt_tsig *out)
{
	const struct zt_tsig_record *tsig = message->tsig;
	enum zt_digest_kind kind =
	    zt_signature_algorithm(tsig->algorithm.wire, tsig->algorithm.len);

	if (tsig->key.len != out->key_len ||
	    memcmp(tsig->key.wire, out->key, out->key_len) != 0 || kind == ZT_N_DIGESTS)
		return ZT_TSIG_FORGED;
	if (kind != signature->kind) {
		/* What the other algorithm would have had to hash is gone. */
		if (signature->is_running)
			return ZT_TSIG_FORGED;
		size_t key = find_key(signatures, &tsig->key, signature->kind);
		if (key == NO_KEY || !open_digest(signatures, signature, key, kind))
			return ZT_TSIG_UNKNOWN;
		/* Even a better one is not what was asked for. */
		signature->is_weak = true;
	}
	return check(signatures->digests, signature, message, !is_first);
}

void
zt_signature_answer(struct zt_signatures *signatures, struct zt_signature *signature,
    const struct zt_signed_message *message, struct zt_tsig *out)
{
	const struct zt_tsig_record *tsig = message->tsig;
	bool is_first = !signature->is_begun;
	/* An error about the key, section 5.3.2: there is a record, but no MAC. */
	bool is_bare = tsig && tsig->mac_len == 0 && message->is_error;
	enum zt_tsig_state state;

	signature->is_begun = true;
	if (tsig && tsig->error)
		out->response_error = tsig->error;
	if (tsig && out->key_len == 0)
		put_key(tsig, out);
	if (!signature->digest) {
		if (!is_bare)
			judge_unfollowed(signatures, message, is_first, out);
		return;
	}
	if (!message->is_whole)
		state = ZT_TSIG_UNKNOWN;
	else if (!tsig || is_bare)
		state =
		    take_unsigned(signatures->digests, signature, message, is_first);
	else
		state = take_signed(signatures, signature, message, is_first, out);
	worsen(&out->answer_state, state);
	bool is_over = state == ZT_TSIG_UNKNOWN || state == ZT_TSIG_FORGED ||
		       (!tsig && (is_first || state == ZT_TSIG_DOWNGRADED));
	if (is_over)
		close_digest(signatures, signature);
}

void
zt_signature_lose(struct zt_signatures *signatures, struct zt_signature *signature,
    struct zt_tsig *out)
{
	if (!signature->digest)
		return;
	close_digest(signatures, signature);
	worsen(&out->answer_state, ZT_TSIG_UNKNOWN);
}

void
zt_signature_end(struct zt_signatures *signatures, struct zt_signature *signature,
    bool is_whole, struct zt_tsig *out)
{
	if (!signature->digest)
		return;
	close_digest(signatures, signature);
	if (signature->n_unsigned == 0)
		return;
	worsen(&out->answer_state, is_whole ? ZT_TSIG_UNSIGNED_TAIL : ZT_TSIG_UNKNOWN);
}
