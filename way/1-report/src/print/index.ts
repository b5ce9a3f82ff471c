// SPDX-License-Identifier: Apache-2.0
/** Forms on paper and as files. */
export {
  type ExportableForm,
  type ExportedForm,
  exportForm,
  FORM_FORMATS,
  type FormFormat,
} from './export-form.ts';
export type { FormHead, FormLanguage, PrintableForm } from './form-head.ts';
export { printForm } from './print-form.ts';
