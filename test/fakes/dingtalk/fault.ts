/** One call of the vendor's API, as a test may want to fail it. */
export interface FakeCall {
  /** `token`, `session`, `robot`, `group`, `person`, `card`, `streaming`, `download`, `file` or `open`. */
  route: string;
  /** Of this route, counted from 1. */
  count: number;
}

/** How a call goes wrong. `afterwards`: it was done, but the caller hears otherwise. */
export type FakeFault =
  | { type: 'status'; status: number; body?: unknown; headers?: Record<string, string>; afterwards?: true }
  | { type: 'reset'; afterwards?: true }
  | { type: 'slow'; ms: number };

/** A refusal in the vendor's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** Of the OpenAPI. */
export function apiRefusal(status: number, code: string): Refusal {
  return new Refusal(status, { code, message: `refused: ${code}`, requestid: 'FAKE' });
}

/** Of robots by address: HTTP 200 all the same. */
export function webhookRefusal(errcode: number, errmsg: string): Refusal {
  return new Refusal(200, { errcode, errmsg });
}
