import { z } from 'zod';
import type { ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import { callVendor, vendorUrl } from '../vendor-call.ts';
import { baseUrlOf, type FeishuAccount } from './account.ts';

const name = 'asking for a long connection';

const endpointAnswer = z.object({
  code: z.literal(0),
  data: z.object({
    URL: z.url({ protocol: /^wss?$/ }),
    /** How often to ping, and to come back: in seconds. */
    ClientConfig: z.object({
      PingInterval: z.number().positive(),
      ReconnectCount: z.number(),
      ReconnectInterval: z.number(),
      ReconnectNonce: z.number(),
    }),
  }),
});

/** As the vendor's SDK has them. */
const refusals: Record<number, { retryable: boolean; text: string; retryAfterMs?: number }> = {
  1: { retryable: true, text: 'the platform is busy' },
  403: {
    retryable: false,
    text: 'the app may not: choose the long connection for events and callbacks, and publish a version',
  },
  514: { retryable: false, text: 'appId or appSecret is wrong' },
  1000040343: { retryable: true, text: 'the platform failed' },
  1000040350: { retryable: true, text: 'the app has too many long connections', retryAfterMs: 60_000 },
};

/** Where the app may connect to, once and soon: the answer as the vendor's SDK reads it. Throws `DeliveryError`. */
export async function endpointOf(
  account: FeishuAccount,
  dependencies: ChannelDependencies,
): Promise<z.infer<typeof endpointAnswer>> {
  const { status, body } = await callVendor(
    {
      name,
      url: vendorUrl(baseUrlOf(account), '/callback/ws/endpoint'),
      body: { AppID: account.appId, AppSecret: secretText(account.appSecret) },
    },
    dependencies,
  );
  const { success, data } = endpointAnswer.safeParse(body);
  if (success) return data;
  const code = z.object({ code: z.number() }).safeParse(body).data?.code;
  const { retryable = true, text = 'no reason that is known', ...rest } = refusals[code ?? status] ?? {};
  throw new DeliveryError(`${name} was refused with code ${code ?? status}: ${text}`, { retryable, ...rest });
}
