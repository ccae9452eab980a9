import type { AccountConfig, AccountOf, ChannelKind } from '../contracts/index.ts';
import type { Channel, ChannelDefinition } from './channel.ts';

/** A channel for the registry: sees that each call is about an account of its own kind, else throws `TypeError`. */
export function defineChannel<Kind extends ChannelKind, Words>(
  definition: ChannelDefinition<Kind, Words>,
): Channel {
  const { kind, receive, connects, connect, limits, typing, fetchAttachment, check } = definition;
  const isOwn = (account: AccountConfig): account is AccountOf<Kind> => account.kind === kind;
  function own(account: AccountConfig): AccountOf<Kind> {
    if (isOwn(account)) return account;
    throw new TypeError(`account ${account.id} is not of kind ${kind}`);
  }
  return {
    kind,
    edits: (account) =>
      typeof definition.edits === 'function' ? definition.edits(own(account)) : definition.edits === true,
    deduplicatesForMs: definition.deduplicatesForMs ?? 0,
    refusesExcess: definition.refusesExcess ?? false,
    connectionsOverlap: definition.connectionsOverlap ?? true,
    problems: (account) => definition.problems(own(account)),
    ...(receive && { receive: (request, account) => receive(request, own(account)) }),
    connects: (account) => connects?.(own(account)) ?? false,
    ...(connect && { connect: (account, dependencies) => connect(own(account), dependencies) }),
    addressOf: (account, place) => definition.addressOf(own(account), place),
    limits: (account, conversation) => limits?.(own(account), conversation) ?? {},
    postings: (delivery, account) =>
      definition.compose(delivery, own(account)).map((words, index) => ({
        post: (dependencies) =>
          definition.post(words, own(account), { ...dependencies, key: partKey(delivery.key, index) }),
      })),
    ...(typing && { typing: (replyTo, account, rest) => typing(replyTo, own(account), rest) }),
    ...(fetchAttachment && {
      fetchAttachment: (attachment, account, rest) => fetchAttachment(attachment, own(account), rest),
    }),
    ...(check && { check: (account, dependencies) => check(own(account), dependencies) }),
  };
}

/** A delivery's key is 43 characters; the first message has it as it is. */
function partKey(key: string, index: number): string {
  return index === 0 ? key : `${key}.${index}`;
}
