// SPDX-License-Identifier: Apache-2.0
export * from './name-relation.ts';
