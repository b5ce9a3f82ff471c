#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { launch } from '../../../tools/launch.mjs';

launch('doors/command/src/main.ts', process.argv.slice(2));
