// SPDX-License-Identifier: Apache-2.0
/** Forms: what a copy holds, what a form shows, what a supplement changed, what is asked. */
export { type BlockOptions, type FormOrganisation, formBlocks } from './blocks.ts';
export { compareRecords, type RecordChange } from './differences.ts';
export { type Form, type FormSection, findForm } from './form-rules.ts';
export { fieldLabel } from './labels.ts';
export {
  type CopyRule,
  type Projection,
  projectRecord,
  type RecordPart,
  type WithheldField,
} from './projection.ts';
export { formPrompts } from './prompts.ts';
export { fieldWords, type ValueOptions } from './values.ts';
export { choiceWords, NO_WORDS, UNKNOWN_WORDS, YES_WORDS } from './words.ts';
