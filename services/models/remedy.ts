import type { AttemptFailure } from './attempt-failure.ts';

interface Words {
  problem: string;
  remedy: string;
}

const credentials: Words = {
  problem: 'It refuses the key.',
  remedy: 'Correct apiKey; see that it is not revoked.',
};
const unknownAuthority: Words = {
  problem: 'Its certificate is signed by an authority that is not known here.',
  remedy: "Set caFile to that authority's certificate (PEM).",
};

const byStatus: Readonly<Record<number, Words>> = {
  401: credentials,
  402: {
    problem: 'Its account has no credit left.',
    remedy: "Top up the account at the vendor's, or use another key.",
  },
  403: credentials,
  404: {
    problem: 'There is nothing at this address, or no such model.',
    remedy: 'See that endpoint is the base URL (most end in /v1) and that model is spelt as the vendor does.',
  },
  429: {
    problem: 'It refuses more calls for now.',
    remedy: "Set ratePerMinute and concurrency below the vendor's limits, or raise them there.",
  },
};

const byCode: Readonly<Record<string, Words>> = {
  ECONNREFUSED: {
    problem: 'Nothing listens there.',
    remedy: 'Start the server, or correct the port in endpoint.',
  },
  ENOTFOUND: {
    problem: 'The name of its host is not known.',
    remedy: 'Correct the host in endpoint; check DNS.',
  },
  EAI_AGAIN: {
    problem: 'Names of hosts cannot be looked up.',
    remedy: 'Check DNS and the network of this machine.',
  },
  ECONNRESET: {
    problem: 'It broke the connection off.',
    remedy: 'Check the server, and proxies on the way to it.',
  },
  CERT_HAS_EXPIRED: {
    problem: 'Its certificate has expired.',
    remedy: 'Renew the certificate of the server.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: 'Its certificate is for another name.',
    remedy: 'Use the name in endpoint that the certificate is for.',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};

/** What a failed attempt means for the operator, in plain words, and what to do about it. */
export function inPlainWords({ message, facts }: AttemptFailure): Words {
  const { status, code, timedOut } = facts;
  const known = (status === undefined ? undefined : byStatus[status]) ?? (code ? byCode[code] : undefined);
  if (known) return { ...known, problem: `${known.problem} (${message})` };
  if (timedOut) {
    return {
      problem: `It does not answer in time. (${message})`,
      remedy: 'Check the server and the way to it; allow more with timeouts.',
    };
  }
  if (status !== undefined && status >= 500) {
    return {
      problem: `It is in trouble itself. (${message})`,
      remedy: "Look at the server's log, or the vendor's status page.",
    };
  }
  if (message.includes('HTML')) {
    return {
      problem: 'It answers with a web page.',
      remedy:
        'See that endpoint is the address of the API (most end in /v1), and that no proxy asks for a login.',
    };
  }
  return { problem: message, remedy: 'Check endpoint, model and apiKey.' };
}

/** One-model servers go by any name: only a list of others says that a model is not among them. */
export function missingFrom(
  models: readonly string[] | null,
  model: string,
): Words | { problem: null; remedy: null } {
  const isThere = models?.some((id) => id === model || id.startsWith(`${model}:`));
  if (!models || models.length < 2 || isThere) return { problem: null, remedy: null };
  return {
    problem: `It has no model ${model}.`,
    remedy: `Set model to one of: ${models.slice(0, 20).join(', ')}.`,
  };
}
