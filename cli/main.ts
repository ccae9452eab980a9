#!/usr/bin/env node
import { Command } from 'commander';
import { addConfigCommands } from './config-commands.ts';
import { sendCommand } from './send.ts';
import { tokenCommand } from './token.ts';

const program = new Command('errand')
  .description('A local-first, self-hosted AI agent platform: orders in chat, carried out durably.')
  .showHelpAfterError();

program
  .command('start')
  .description('start everything, or one role against TEMPORAL_ADDRESS')
  .option('--role <role>', 'all, api or worker', 'all')
  .option('--port <port>', 'where the API listens')
  .option('--host <host>', 'the address it binds to')
  // Loaded when asked for: the other commands do without a worker, and without the AWS SDK.
  .action(async (flags) => (await import('./start-command.ts')).startCommand(flags));
program
  .command('send <text>')
  .description('send an order to the `hook` account, wait, and print the answer')
  .option('--conversation <id>', 'the conversation it belongs to', 'cli')
  .option('--timeout <seconds>', 'how long to wait for the answer', '120')
  .action(sendCommand);
program.command('token').description('print the admin token').action(tokenCommand);
addConfigCommands(program.command('config').description('the configuration and where each value came from'));
program
  .command('s3')
  .description('what an S3 bucket needs')
  .command('policy')
  .description('print a least-privilege IAM policy and the lifecycle rules of OBJECT_STORE')
  .option('--apply', 'set the lifecycle rules on the bucket; needs the right to')
  .action(async (flags) => (await import('./s3-policy.ts')).s3PolicyCommand(flags));

try {
  await program.parseAsync();
} catch (error) {
  console.error(`errand: ${error instanceof Error ? error.message : String(error)}`);
  // What a start that failed half-way left running must not keep the process.
  process.exit(1);
}
