// SPDX-License-Identifier: Apache-2.0
/** A form on paper: PDF, A4, Japanese and English, with the face embedded. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readInstant } from '@sakimori/vocabulary';
import type { FormBlock, Text } from '@sakimori/vocabulary/wire';
import {
  EXERCISE,
  type FormLanguage,
  headRows,
  NOT_TOLD,
  type PrintableForm,
  receiptWords,
  stageWords,
} from './form-head.ts';
import { type Ink, PAGE, Paper, WIDTH } from './pages.ts';
import { openTypefaces } from './typefaces.ts';

/** A form of more lines is cut there, and says so: some 370 pages. */
export const LINES_MAX = 20_000;
/** Characters of one value that are looked at; the longest text of a record has 20,000. */
const VALUE_MAX = 1_000_000;
/** After so many lines others may run. */
const LINES_A_TURN = 200;

const TITLE: Ink = { face: 'bold', size: 15, colour: '#1a1a1c' };
const SECTION: Ink = { face: 'bold', size: 10.5, colour: '#1a1a1c' };
const LABEL: Ink = { face: 'regular', size: 9, colour: '#4d4d4d' };
const VALUE: Ink = { face: 'regular', size: 9.5, colour: '#1a1a1c' };
const QUIET: Ink = { face: 'regular', size: 9.5, colour: '#767676' };
const SMALL: Ink = { face: 'regular', size: 7.5, colour: '#4d4d4d' };
const BANNER: Ink = { face: 'bold', size: 10, colour: '#ffffff' };
const RULE = '#cccccc';
const SHADE = '#e8f1fe';
const ALARM = '#b3261e';

const LINE = 13.5;
const LABEL_WIDTH = 150;
const VALUE_X = PAGE.left + LABEL_WIDTH + 14;
const VALUE_WIDTH = WIDTH - LABEL_WIDTH - 14;

const CONTINUED: Text = { ja: '（続き）', en: ' (continued)' };
const CUT: Text = {
  ja: '以降は長いため印刷していません。JSON で全文を取り出せます。',
  en: 'The rest is too long to be printed. The JSON export holds all of it.',
};

/**
 * Prints a form.
 *
 * In     head and blocks (`formBlocks`); language
 * Out    a PDF: blocks in their order, every row with its label; on each page the form, the report,
 *        its stage, the place of its receipt and the page's number; 「演習」 when it is an exercise.
 *        The same form gives the same bytes
 * Never  fails because of what somebody wrote: long words are broken, signs that hide or turn text
 *        or that the face does not have are shown as their number; reads a clock; blocks others for
 *        long; prints more than LINES_MAX lines without saying so
 */
export async function printForm(form: PrintableForm, language: FormLanguage): Promise<Uint8Array> {
  const { head, blocks } = form;
  const paper = new Paper(await openTypefaces(), {
    title: `${head.title[language]} ${head.report}`,
    author: head.organisation[language],
    language,
    madeAtMs: readInstant(head.submittedAt) ?? 0,
  });
  const printer = new FormPrinter(paper, language);
  await printer.printHead(form);
  for (const block of blocks) await printer.printBlock(block);
  return await paper.finish((page, pages) => drawMargins(paper, form, language, page, pages));
}

class FormPrinter {
  readonly #paper: Paper;
  readonly #language: FormLanguage;
  #lines = 0;
  #saidCut = false;

  constructor(paper: Paper, language: FormLanguage) {
    this.#paper = paper;
    this.#language = language;
  }

  /** True once the form is too long; the first time it says so. */
  #mustStop(): boolean {
    if (this.#lines < LINES_MAX) return false;
    if (!this.#saidCut) {
      this.#saidCut = true;
      this.#paper.turnUnlessFits(2 * LINE);
      const [line = ''] = this.#paper.lines(CUT[this.#language], SECTION, WIDTH);
      this.#paper.write(line, PAGE.left, this.#paper.y, SECTION);
    }
    return true;
  }

  async printHead({ head }: PrintableForm): Promise<void> {
    const paper = this.#paper;
    for (const line of paper.lines(head.title[this.#language], TITLE, WIDTH)) {
      paper.write(line, PAGE.left, paper.y, TITLE);
      paper.skip(TITLE.size * 1.5);
    }
    paper.skip(6);
    for (const { field, label, value } of headRows(head)) {
      if (field !== 'head.exercise') await this.#printRow(label, value);
    }
    paper.skip(12);
  }

  async printBlock({ title, rows }: FormBlock): Promise<void> {
    if (this.#mustStop()) return;
    const paper = this.#paper;
    // A heading never stands alone at the foot of a page.
    paper.turnUnlessFits(24 + 2 * LINE);
    paper.fill(PAGE.left, paper.y, WIDTH, 20, SHADE);
    const [line = ''] = paper.lines(title[this.#language], SECTION, WIDTH - 12);
    paper.write(line, PAGE.left + 6, paper.y + 5, SECTION);
    paper.skip(24);
    for (const { label, value } of rows) {
      if (this.#mustStop()) return;
      await this.#printRow(label, value);
    }
    paper.skip(10);
  }

  async #printRow(label: Text, value: Text | undefined): Promise<void> {
    const paper = this.#paper;
    const ink = value ? VALUE : QUIET;
    const text = (value ?? NOT_TOLD)[this.#language].slice(0, VALUE_MAX);
    const labels = paper.lines(label[this.#language], LABEL, LABEL_WIDTH);
    const values = paper.lines(text, ink, VALUE_WIDTH);
    const again = paper.lines(
      `${label[this.#language]}${CONTINUED[this.#language]}`,
      LABEL,
      LABEL_WIDTH,
    );
    // A short row stays on one page.
    paper.turnUnlessFits(Math.min(Math.max(labels.length, values.length), 4) * LINE + 6);
    let told = labels;
    let first = 0;
    for (let at = 0; at < Math.max(labels.length, values.length); at += 1) {
      if (this.#mustStop()) return;
      if (paper.turnUnlessFits(LINE + 3)) {
        told = again;
        first = at;
      }
      paper.write(told[at - first] ?? '', PAGE.left, paper.y + 0.5, LABEL);
      paper.write(values[at] ?? '', VALUE_X, paper.y, ink);
      paper.skip(LINE);
      this.#lines += 1;
      if (this.#lines % LINES_A_TURN === 0) await nextTurn();
    }
    paper.rule(paper.y + 1, RULE);
    paper.skip(5);
  }
}

/** What stands on every page. */
function drawMargins(
  paper: Paper,
  { head }: PrintableForm,
  language: FormLanguage,
  page: number,
  pages: number,
): void {
  const one = (text: string, width: number) => paper.lines(text, SMALL, width)[0] ?? '';
  if (head.exercise) {
    paper.fill(0, 0, PAGE.width, 24, ALARM);
    const [line = ''] = paper.lines(EXERCISE[language], BANNER, WIDTH);
    paper.write(line, PAGE.left, 7, BANNER);
  }
  paper.write(one(head.title[language], WIDTH / 2), PAGE.left, 40, SMALL);
  paper.writeRight(one(`${head.report}  ${stageWords(head)[language]}`, WIDTH / 2), 40, SMALL);
  paper.rule(54, RULE);
  const foot = PAGE.height - PAGE.bottom + 14;
  paper.rule(foot - 6, RULE);
  if (head.receipt) {
    paper.write(one(receiptWords(head.receipt)[language], WIDTH - 60), PAGE.left, foot, SMALL);
  }
  if (head.checkpoint) {
    const words = language === 'ja' ? 'チェックポイント' : 'Checkpoint';
    paper.write(one(`${words} ${head.checkpoint}`, WIDTH - 60), PAGE.left, foot + 11, SMALL);
  }
  paper.writeRight(`${page} / ${pages}`, foot, SMALL);
}
