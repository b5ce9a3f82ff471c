// SPDX-License-Identifier: Apache-2.0
/** What cannot be decided is asked once, with candidates, and the answer is remembered. */
import { createHash } from 'node:crypto';
import { normaliseMaker, normaliseProduct } from '@sakimori/vocabulary';
import type { ComputerValues, RowStatement } from './computers.ts';
import { EXPOSURES, type Exposure, normaliseText } from './values.ts';

export interface QuestionCandidate {
  readonly value: string;
  readonly label: string;
}

/**
 * A question about words of the operator's own list.
 *
 * id       the same for the same words of the same kind, in every import
 * words    what stands in the list; shown to the operator who wrote it
 * lines    the first lines on which it stands
 */
export interface Question {
  readonly id: string;
  readonly kind: 'exposure' | 'maker' | 'product';
  readonly words: string;
  readonly ja: string;
  readonly en: string;
  readonly lines: readonly number[];
  readonly lineCount: number;
  readonly candidates: readonly QuestionCandidate[];
}

/** Answers by question id: a candidate's value, or `other` for "none of these". */
export type Answers = ReadonlyMap<string, string>;

/** The answer that no candidate is meant: the words stay as they are. */
export const ANSWER_OTHER = 'other';

const LINES_SHOWN = 10;
/** Distinct wordings that are looked up in one list; no fleet has more, a hostile file might. */
const WORDINGS_MAX = 20_000;
const EXPOSURE_LABELS: Readonly<Record<Exposure, string>> = {
  internet: 'インターネットから届く / Reachable from the Internet',
  partner: '取引先・保守回線とつながる / Reachable from partners',
  internal: '組織内だけ / Internal only',
  isolated: 'つながっていない / Isolated',
  unknown: '分からない / Unknown',
};

function questionId(kind: Question['kind'], words: string): string {
  const text = `${kind}\u001f${normaliseText(words).toLowerCase()}`;
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 24);
}

interface OpenQuestion {
  readonly question: Omit<Question, 'lines' | 'lineCount'>;
  readonly lines: number[];
  lineCount: number;
}

/**
 * Finds what must be asked.
 *
 * In     rows as read
 * Out    one question for each distinct wording: exposure words that are not in the list, makers and
 *        products that fit several entries of the dictionary. A name that the dictionary does not
 *        know at all is no question: it is kept as written and matched as written
 */
export function findQuestions(statements: readonly RowStatement[]): readonly Question[] {
  const open = new Map<string, OpenQuestion>();
  // A fleet repeats few wordings: each is looked up in the dictionary once.
  const looked = new Map<string, OpenQuestion['question'] | undefined>();
  const note = (
    wording: string,
    make: () => OpenQuestion['question'] | undefined,
    line: number,
  ) => {
    if (!looked.has(wording)) {
      if (looked.size >= WORDINGS_MAX) return;
      looked.set(wording, make());
    }
    const question = looked.get(wording);
    if (!question) return;
    const entry = open.get(question.id) ?? { question, lines: [], lineCount: 0 };
    open.set(question.id, entry);
    entry.lineCount += 1;
    if (entry.lines.length < LINES_SHOWN) entry.lines.push(line);
  };
  for (const { line, values, asked } of statements) {
    for (const { word } of asked) note(`e\u001f${word}`, () => askExposure(word), line);
    const { maker, product } = values;
    if (maker) note(`m\u001f${maker}`, () => askMaker(maker), line);
    if (product) {
      note(`p\u001f${maker ?? ''}\u001f${product}`, () => askProduct(maker, product), line);
    }
  }
  return [...open.values()].map(({ question, lines, lineCount }) => ({
    ...question,
    lines,
    lineCount,
  }));
}

function askExposure(word: string): OpenQuestion['question'] {
  return {
    id: questionId('exposure', word),
    kind: 'exposure',
    words: word,
    ja: `「${word}」は、ネットワークのどこから届く機器ですか。`,
    en: `From where can a computer marked "${word}" be reached?`,
    candidates: EXPOSURES.map((value) => ({ value, label: EXPOSURE_LABELS[value] })),
  };
}

function askMaker(maker: string): OpenQuestion['question'] | undefined {
  const reading = normaliseMaker(maker);
  if (reading?.kind !== 'several') return undefined;
  return {
    id: questionId('maker', maker),
    kind: 'maker',
    words: maker,
    ja: `メーカー「${maker}」は、どの会社ですか。`,
    en: `Which maker is "${maker}"?`,
    candidates: [
      ...reading.candidates.map(({ key, name, ja }) => ({
        value: key,
        label: name === ja ? name : `${ja} / ${name}`,
      })),
      { value: ANSWER_OTHER, label: 'どれでもない / None of these' },
    ],
  };
}

function askProduct(
  maker: string | undefined,
  product: string,
): OpenQuestion['question'] | undefined {
  const reading = normaliseProduct(maker, product);
  if (reading?.kind !== 'several') return undefined;
  return {
    id: questionId('product', `${maker ?? ''}\u001f${product}`),
    kind: 'product',
    words: product,
    ja: `製品「${product}」は、どの製品ですか。`,
    en: `Which product is "${product}"?`,
    candidates: [
      ...reading.candidates.map(({ key, name, maker: by }) => ({
        value: key,
        label: `${name} (${by})`,
      })),
      { value: ANSWER_OTHER, label: 'どれでもない / None of these' },
    ],
  };
}

/** The statement with its exposure answered; without an answer it states nothing of exposure. */
export function answerExposure(statement: RowStatement, answers: Answers): RowStatement {
  if (statement.asked.length === 0) return statement;
  const word = statement.asked[0]!.word;
  const answer = answers.get(questionId('exposure', word));
  if (!answer || !(EXPOSURES as readonly string[]).includes(answer)) return statement;
  return { ...statement, values: { ...statement.values, exposure: answer } };
}

/**
 * Maker and product as the match should read them: the dictionary key that a person chose stands in
 * for a wording that fits several entries; all else stays as written.
 */
export function resolveNames(values: ComputerValues, answers: Answers): ComputerValues {
  if (answers.size === 0) return values;
  const { maker, product } = values;
  const makerAnswer = maker ? answers.get(questionId('maker', maker)) : undefined;
  const productAnswer = product
    ? answers.get(questionId('product', `${maker ?? ''}\u001f${product}`))
    : undefined;
  return {
    ...values,
    ...(isChosen(makerAnswer) && { maker: makerAnswer }),
    ...(isChosen(productAnswer) && namesOfKey(productAnswer)),
  };
}

function isChosen(answer: string | undefined): answer is string {
  return answer !== undefined && answer !== ANSWER_OTHER;
}

function namesOfKey(key: string): { readonly maker?: string; readonly product: string } {
  const [maker, product] = key.split('/');
  return product === undefined ? { product: key } : { maker: maker!, product };
}
