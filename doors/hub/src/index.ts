// SPDX-License-Identifier: Apache-2.0
/** The hub as tests and benchmarks open it. */
export { type HubConfig, readHubConfig } from './config.ts';
export { type Instance, type InstanceParts, openInstance } from './instance.ts';
