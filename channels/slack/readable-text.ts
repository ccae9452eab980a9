const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * A message's text as its writer saw it: references by name where Slack gives one, the bot's own mention left out
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function readableText(text: string, bot: string | undefined): string {
  return text
    .replace(/<([^<>]*)>/g, (_, reference: string) => nameOf(reference, bot))
    .replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
    .trim();
}

/** Whether a text speaks to somebody. */
export function mentions(text: string, user: string | undefined): boolean {
  return user !== undefined && new RegExp(`<@${user.replace(/\W/g, '')}(\\|[^>]*)?>`).test(text);
}

function nameOf(reference: string, bot: string | undefined): string {
  const [target = '', label] = reference.split('|', 2);
  const name = target.slice(1);
  if (target.startsWith('@')) return name === bot ? '' : `@${label ?? name}`;
  if (target.startsWith('#')) return `#${label || name}`;
  if (target.startsWith('!')) return label ?? `@${name.split('^')[0]}`;
  return label === undefined || label === target ? target : `${label} (${target})`;
}
