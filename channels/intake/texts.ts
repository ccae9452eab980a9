import type { Language } from '../../contracts/index.ts';

/** To somebody unknown. */
export function codeText(code: string, language: Language): string {
  return language === 'zh'
    ? `我还不认识你。请把配对码 ${code} 发给管理员，由管理员批准（一小时内有效；管理员也可以直接向我发送“/配对 ${code}”）。`
    : `We have not met yet. Please give this code to an administrator, who can let you in: ${code}. It is good for one hour. (They can also send me “/pair ${code}”.)`;
}

/** To whoever was let in. */
export function welcomeText(language: Language): string {
  return language === 'zh'
    ? '管理员已批准，现在可以直接给我发消息了。'
    : 'An administrator has let you in: from now on, just write to me.';
}

/** To whoever writes too fast. */
export function limitedText(waitMs: number, language: Language): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return language === 'zh'
    ? `消息发得太快，刚才的没有处理。请 ${seconds} 秒后再发。`
    : `That was too fast for me: what you just sent was not taken. Please send it again in ${seconds} s.`;
}
