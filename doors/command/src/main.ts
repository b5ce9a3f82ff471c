// SPDX-License-Identifier: Apache-2.0
/** `npx sakimori`: the command line. One subcommand a file; a new one is a line here. */

import { Command } from 'commander';
import { addBackupCommands } from './backup.ts';
import { addConformCommand } from './conform-command.ts';
import { addFeedCommand } from './feed-import.ts';
import { CommandStop, findHub } from './hub-client.ts';
import { addLedgerCommand } from './ledger-verify.ts';
import { addMatchCommand } from './match.ts';
import { addRegisterCommand } from './register-import.ts';
import { addReportCommand } from './report.ts';
import { addWarningsCommand } from './warnings-list.ts';

const program = new Command('sakimori');
program.description('Sakimori: who is concerned, warned, and can prove it').showHelpAfterError();
// Words that cannot be read are bad input: 2, as everywhere on this command line.
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const exit = (code: number): void => {
  process.exitCode = code;
};
const { stdin, stdout, stderr, env } = process;
const place = (hub?: string) => findHub(hub, env, process.cwd());

addMatchCommand(program, process, exit);
addRegisterCommand(
  program,
  {
    streams: { stdin, stdout, stderr },
    place,
    fetch,
  },
  exit,
);
addReportCommand(
  program,
  { streams: { stdin, stdout, stderr }, now: Date.now, place, fetch },
  exit,
);
addFeedCommand(program, { stdin, stdout, stderr, place }, exit);
addWarningsCommand(program, { stdout, place }, exit);
addLedgerCommand(program, { stdout, token: env.SAKIMORI_TOKEN }, exit);
addBackupCommands(program, { stderr, place }, exit);
addConformCommand(program, process, exit);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandStop)) throw error;
  stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
