// SPDX-License-Identifier: Apache-2.0
/** `npx sakimori`: the command line. One subcommand a file; a new one is a line here. */

import { Command } from 'commander';
import { addConformCommand } from './conform-command.ts';
import { addMatchCommand } from './match.ts';

const program = new Command('sakimori');
program.description('Sakimori: who is concerned, warned, and can prove it').showHelpAfterError();

const exit = (code: number): void => {
  process.exitCode = code;
};

addConformCommand(program, process, exit);
addMatchCommand(program, process, exit);

await program.parseAsync();
