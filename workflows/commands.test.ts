import { describe, expect, it } from 'vitest';
import { commandOf, helpText } from './commands.ts';

describe('a command', () => {
  it.each([
    ['/help', 'help', ''],
    ['／帮助', 'help', ''],
    [' /STATUS ', 'status', ''],
    ['/stop abc', 'stop', 'abc'],
    ['/approve k3fa9x2b looks good to me', 'approve', 'k3fa9x2b looks good to me'],
    ['/同意 k3fa9x2b', 'approve', 'k3fa9x2b'],
    ['/批准\u3000k3fa9x2b 没问题', 'approve', 'k3fa9x2b 没问题'],
    ['/拒绝 k3fa9x2b 太贵', 'deny', 'k3fa9x2b 太贵'],
    ['/remember one\ntwo', 'remember', 'one\ntwo'],
    ['/记住 周五交报告', 'remember', '周五交报告'],
    ['/忘记 k3fa9x2b', 'forget', 'k3fa9x2b'],
    ['/记忆', 'memory', ''],
    ['/流程 -', 'flow', '-'],
    ['/model main', 'model', 'main'],
    ['/模型', 'model', ''],
    ['/配对 ABCD2345', 'pair', 'ABCD2345'],
    [`/remember ${'x'.repeat(10_000)}`, 'remember', 'x'.repeat(10_000)],
  ])('%j is understood', (text, name, argument) => {
    expect(commandOf(text)).toEqual({ name, argument });
  });

  it.each([
    '/unknown',
    '/help me with my homework',
    '/stop that noise at once',
    'what does /help do?',
    '/',
    '//help',
    '/etc/passwd',
    '/__proto__',
    '/constructor',
    '/记忆力怎么提高',
    '/flow one two',
    `/stop ${'x'.repeat(65)}`,
  ])('%j is an order like any other', (text) => {
    expect(commandOf(text)).toBeNull();
  });
});

it('help has a line for each command in both languages', () => {
  const [english, chinese] = [helpText('en').split('\n'), helpText('zh').split('\n')];
  expect(english).toHaveLength(chinese.length);
  for (const line of english) expect(line).toMatch(/^\/[a-z]+.*: /);
  for (const line of chinese) expect(line).toMatch(/^\/\p{Script=Han}+.*：/u);
});
