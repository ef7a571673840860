/**
 * @file signature.h
 * Are the signatures of a transfer right, RFC 8945?  Needs the secret of the key.
 *
 * Covered:   the request's MAC covers the request; that of the first answer covers the
 *            request's MAC and the answer; each later one covers the MAC before it and
 *            all messages since, of which up to 99 may be unsigned (section 5.3.1).
 * Verdicts:  enum zt_tsig_state, one for the request and one for the answer so far, in
 *            struct zt_tsig.  What the tap did not see whole is `unknown`, never
 *            `forged`.  The order of gravity is that of the enum.
 * Strict:    a key is a name and an algorithm.  A MAC that the secret gives under another
 *            algorithm, or one cut below max(10, half) bytes (section 5.2.2.1), is
 *            `downgraded`.  The record must be the last thing of its message; class ANY,
 *            TTL 0.
 * Time:      capture time, which has to lie within the fudge of the time signed.
 * Work:      each byte of a message is hashed once, where it lies; nothing is copied
 *            but MACs.  A request passes the list of keys once.
 * Memory:    keys are copied at creation and wiped at the end; a followed answer has one
 *            digest of the library, ZT_SIGNATURES_MAX at once.  More are `unknown`.
 * Threads:   one object per capture worker.
 */
#ifndef ZT_DISSECT_SIGNATURE_H
#define ZT_DISSECT_SIGNATURE_H

#include "digest.h"
#include "walk.h"

/** Answers whose signatures are followed at once. */
#define ZT_SIGNATURES_MAX 1024
/** Unsigned messages between two signed ones, RFC 8945 section 5.3.1. */
#define ZT_SIGNATURE_UNSIGNED_MAX 99

/** A key whose secret is known. */
struct zt_signature_key {
	uint8_t name[ZT_NAME_MAX]; /**< Folded wire form. */
	uint8_t name_len;
	enum zt_digest_kind kind;
	const uint8_t *secret;
	size_t secret_len;
};

/** What is kept of one transfer; all zero at first. */
struct zt_signature {
	void *digest;	    /**< Of the answer; NULL: it is not followed. */
	uint8_t kind;	    /**< enum zt_digest_kind of digest. */
	bool is_weak;	    /**< The digest is not the one that the key is for. */
	bool is_begun;	    /**< The first message of the answer was looked at. */
	bool is_running;    /**< The digest holds what came since the last MAC. */
	uint8_t n_unsigned; /**< Messages since the last MAC. */
	uint8_t prior_len;
	uint8_t prior[ZT_DIGEST_MAX]; /**< The last MAC. */
};

/** One message as it is looked at. */
struct zt_signed_message {
	const uint8_t *msg;
	size_t len;
	uint64_t ts_ns;
	/** The TSIG record; NULL: unsigned, or is_unreadable. */
	const struct zt_tsig_record *tsig;
	bool is_unreadable; /**< There is a TSIG record that cannot be read. */
	bool is_whole;	    /**< The tap saw all of it and of what came before. */
	bool is_error;	    /**< The response code is not NOERROR. */
};

struct zt_signatures;

/**
 * @param keys     copied; secrets too.
 * @param digests  NULL: no signature is verified.
 * @return NULL when memory is short.
 */
struct zt_signatures *zt_signatures_new(const struct zt_signature_key *keys,
    size_t n_keys, const struct zt_digests *digests);

/** Accepts NULL; wipes the secrets; sets the pointer to NULL.  No signature may be
 *  followed any more. */
void zt_signatures_free(struct zt_signatures **signatures);

/** Algorithm by its folded wire name, RFC 8945 section 6; ZT_N_DIGESTS: none of them.
 */
enum zt_digest_kind zt_signature_algorithm(const uint8_t *name, size_t len);

/** The request that a transfer begins with; sets out->request_state. */
void zt_signature_request(struct zt_signatures *signatures,
    struct zt_signature *signature, const struct zt_signed_message *message,
    struct zt_tsig *out);

/** The next message of the answer; sets out->answer_state. */
void zt_signature_answer(struct zt_signatures *signatures,
    struct zt_signature *signature, const struct zt_signed_message *message,
    struct zt_tsig *out);

/** Something was missed: what follows cannot be judged any more. */
void zt_signature_lose(struct zt_signatures *signatures, struct zt_signature *signature,
    struct zt_tsig *out);

/**
 * The transfer is over.
 *
 * @param is_whole  the answer came to its regular end, and all of it was seen.
 */
void zt_signature_end(struct zt_signatures *signatures, struct zt_signature *signature,
    bool is_whole, struct zt_tsig *out);

#endif
