// SPDX-License-Identifier: Apache-2.0
/**
 * Makers and products: one dictionary for the register and for the match engine.
 *
 * A name is looked up after width, case, punctuation and legal form are levelled. What fits
 * several entries is returned as candidates: a person decides, never this file.
 */
import dictionary from './products.json' with { type: 'json' };

/** A product line of the dictionary. */
export interface DictionaryProduct {
  /** `maker/product`, stable: suppression and postings are keyed on it. */
  readonly key: string;
  readonly maker: string;
  readonly name: string;
  /** CPE keys `part:vendor:product`, unquoted. A device also carries those of what runs on it. */
  readonly cpes: readonly string[];
  /** A word for many products ("Windows"), whose members name it in `of`. */
  readonly line: boolean;
  readonly of?: string;
  /** The word that the version field of a CPE holds when the name already says it ("r2"). */
  readonly version?: string;
}

/** A maker of the dictionary. */
export interface DictionaryMaker {
  readonly key: string;
  readonly name: string;
  readonly ja: string;
  readonly cpeVendors: readonly string[];
}

/** One entry, several, or nothing: a caller must look which. */
export type MakerReading =
  | {
      readonly kind: 'one';
      readonly key: string;
      readonly name: string;
      readonly ja: string;
      readonly confidence: number;
    }
  | { readonly kind: 'several'; readonly candidates: readonly DictionaryMaker[] }
  | undefined;

export type ProductReading =
  | {
      readonly kind: 'one';
      readonly key: string;
      readonly name: string;
      readonly product: DictionaryProduct;
      /** 1 the very name, 0.9 after the maker or a general word was left out, 0.75 by model number. */
      readonly confidence: number;
      /** What stood after the product's name and looks like a version, if anything did. */
      readonly version?: string;
    }
  | { readonly kind: 'several'; readonly candidates: readonly DictionaryProduct[] }
  | undefined;

interface ProductRow {
  readonly key: string;
  readonly name: string;
  readonly cpes: readonly string[];
  readonly aliases?: readonly string[];
  readonly models?: boolean;
  readonly line?: boolean;
  readonly of?: string;
  readonly version?: string;
  readonly purls?: readonly string[];
}
interface MakerRow {
  readonly key: string;
  readonly name: string;
  readonly ja: string;
  readonly aliases: readonly string[];
  readonly cpeVendors: readonly string[];
  readonly products: readonly ProductRow[];
}

/** Names longer than this are no names; they are not looked up. */
const NAME_LENGTH_MAX = 512;

const LEGAL_FORMS =
  /(?:株式会社|有限会社|合同会社|一般社団法人|\(株\)|\(有\)|㈱|\b(?:incorporated|inc|corporation|corp|company|co|limited|ltd|llc|gmbh|ag|kk|k\.k|s\.?a|plc|se|oy|bv|b\.v|pte|pty|srl)\b\.?)/gu;

/**
 * Levels a name for comparison: NFKC, lower case, punctuation to blanks, blanks to one.
 *
 * In     any text; Out  words of letters and digits parted by single blanks; `+` becomes "plus"
 */
export function levelName(text: string): string {
  return text
    .slice(0, NAME_LENGTH_MAX)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[™®©]/gu, '')
    .replace(/\+/g, ' plus ')
    .replace(/[^\p{L}\p{N}ー]+/gu, ' ')
    .trim();
}

/** Levels a maker's name: as above, with the legal form left out. */
export function levelMakerName(text: string): string {
  const folded = text.slice(0, NAME_LENGTH_MAX).normalize('NFKC').toLowerCase();
  const bare = levelName(folded.replace(LEGAL_FORMS, ' '));
  return bare === '' ? levelName(folded) : bare;
}

/** Blanks do not part Japanese words and are left out in product names freely. */
function tight(levelled: string): string {
  return levelled.replaceAll(' ', '');
}

interface IndexedProduct {
  readonly product: DictionaryProduct;
  readonly models: boolean;
}
interface Index {
  readonly makers: ReadonlyMap<string, DictionaryMaker>;
  readonly makerNames: ReadonlyMap<string, readonly DictionaryMaker[]>;
  readonly byVendor: ReadonlyMap<string, DictionaryMaker>;
  readonly products: ReadonlyMap<string, DictionaryProduct>;
  /** Levelled, tight name -> products, over all makers. */
  readonly productNames: ReadonlyMap<string, readonly IndexedProduct[]>;
  readonly byCpe: ReadonlyMap<string, DictionaryProduct>;
  readonly byPackage: ReadonlyMap<string, DictionaryProduct>;
  /** Per maker: names that a model number may follow, longest first. */
  readonly modelNames: ReadonlyMap<string, readonly (readonly [string, DictionaryProduct])[]>;
  /** Maker -> every levelled word for it, longest first: they are left out before a product. */
  readonly makerWords: ReadonlyMap<string, readonly string[]>;
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (!list) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

function buildIndex(rows: readonly MakerRow[]): Index {
  const makers = new Map<string, DictionaryMaker>();
  const makerNames = new Map<string, DictionaryMaker[]>();
  const byVendor = new Map<string, DictionaryMaker>();
  const products = new Map<string, DictionaryProduct>();
  const productNames = new Map<string, IndexedProduct[]>();
  const byCpe = new Map<string, DictionaryProduct>();
  const byPackage = new Map<string, DictionaryProduct>();
  const modelNames = new Map<string, (readonly [string, DictionaryProduct])[]>();
  const makerWords = new Map<string, string[]>();
  for (const row of rows) {
    const maker = { key: row.key, name: row.name, ja: row.ja, cpeVendors: row.cpeVendors };
    makers.set(row.key, maker);
    for (const vendor of row.cpeVendors) if (!byVendor.has(vendor)) byVendor.set(vendor, maker);
    const words = new Set<string>();
    for (const name of [row.name, row.ja, row.key, ...row.aliases, ...row.cpeVendors]) {
      const levelled = levelMakerName(name);
      words.add(levelled);
      const known = makerNames.get(tight(levelled));
      if (!known?.includes(maker)) addTo(makerNames, tight(levelled), maker);
    }
    makerWords.set(
      row.key,
      [...words].sort((a, b) => b.length - a.length),
    );
    for (const entry of row.products) {
      const product: DictionaryProduct = {
        key: `${row.key}/${entry.key}`,
        maker: row.key,
        name: entry.name,
        cpes: entry.cpes,
        line: entry.line ?? false,
        ...(entry.of === undefined ? {} : { of: `${row.key}/${entry.of}` }),
        ...(entry.version === undefined ? {} : { version: entry.version }),
      };
      products.set(product.key, product);
      for (const name of entry.purls ?? []) byPackage.set(name, product);
      const models = entry.models ?? false;
      const indexed = { product, models };
      for (const name of new Set([entry.name, ...(entry.aliases ?? [])].map(levelName))) {
        addTo(productNames, tight(name), indexed);
        if (models) addTo(modelNames, row.key, [name, product] as const);
      }
      // The first entry that names a CPE owns it: "FortiOS" before "FortiGate".
      for (const cpe of entry.cpes) {
        const key = cpe.slice(cpe.indexOf(':') + 1);
        if (!byCpe.has(key) && entry.version === undefined) byCpe.set(key, product);
      }
    }
  }
  for (const list of modelNames.values()) list.sort((a, b) => b[0].length - a[0].length);
  return {
    makers,
    makerNames,
    byVendor,
    products,
    productNames,
    byCpe,
    byPackage,
    modelNames,
    makerWords,
  };
}

const index = buildIndex(dictionary.makers as readonly MakerRow[]);

/** Every maker of the dictionary, for lists to choose from. */
export function listMakers(): readonly DictionaryMaker[] {
  return [...index.makers.values()];
}

/** Every product of the dictionary, or of one maker. */
export function listProducts(maker?: string): readonly DictionaryProduct[] {
  const all = [...index.products.values()];
  return maker === undefined ? all : all.filter((product) => product.maker === maker);
}

export function findProduct(key: string): DictionaryProduct | undefined {
  return index.products.get(key);
}

/** The entry that owns `vendor:product` of a CPE name (unquoted, lower case), if any. */
export function findProductByCpe(vendor: string, product: string): DictionaryProduct | undefined {
  return index.byCpe.get(`${vendor}:${product}`);
}

/** The product of which `type/namespace/name` of a package URL is a part, if the dictionary says. */
export function findProductByPackage(name: string): DictionaryProduct | undefined {
  return index.byPackage.get(name);
}

/** The maker that a CPE vendor word belongs to, if the dictionary knows it. */
export function findMakerByCpeVendor(vendor: string): DictionaryMaker | undefined {
  return index.byVendor.get(vendor);
}

/**
 * Reads a maker's name in Japanese or English, in any width, case and legal form.
 *
 * In     free text, for example `富士通（株）`, `ＦＵＪＩＴＳＵ LIMITED`
 * Out    the maker; or the candidates when the name fits several; or undefined
 * Never  guesses by likeness: a name that is not in the dictionary is undefined
 */
export function normaliseMaker(text: string): MakerReading {
  const levelled = tight(levelMakerName(text));
  if (levelled === '') return undefined;
  const found = index.makerNames.get(levelled) ?? index.makerNames.get(tight(levelName(text)));
  if (!found) return undefined;
  if (found.length > 1) return { kind: 'several', candidates: found };
  const maker = found[0]!;
  return { kind: 'one', key: maker.key, name: maker.name, ja: maker.ja, confidence: 1 };
}

const GENERAL_WORDS =
  /(?:^the | (?:software|firmware|appliance|appliances|device|devices|product|products|series)$|(?:ソフトウェア|ソフトウエア|ファームウェア|ファームウエア|アプライアンス|シリーズ)$)/u;
/** A version at the end: "7.2.4", "v5.0.8", "Ver.3", "12.1 55.297"; never a sole number. */
const VERSION_TAIL =
  /[\s_-]+(?:v|ver\.?|version|バージョン|版数)?\s*(\d+(?:\.\d+)+[0-9a-z().-]*|(?<=(?:v|ver\.?|version|バージョン)\s*)\d+[0-9a-z().-]*)$/iu;

/**
 * Reads a product's name, with or without its maker.
 *
 * In     `maker`  the maker as free text or as a dictionary key, or undefined
 *        `text`   for example `Fortinet FortiGate-60F`, `フォーティゲート`, `Windows Server 2019`
 * Out    the product and how sure the reading is; candidates when several fit; or undefined
 * Never  chooses between candidates; never reads a product of another maker than the one named
 */
export function normaliseProduct(maker: string | undefined, text: string): ProductReading {
  if (text.length > NAME_LENGTH_MAX) return undefined;
  const makers = readMakers(maker);
  if (makers === undefined) return undefined;
  const direct = lookUp(makers, text);
  if (direct) return direct;
  const folded = text.normalize('NFKC').trim();
  const tail = VERSION_TAIL.exec(folded);
  if (!tail) return undefined;
  const reading = lookUp(makers, folded.slice(0, tail.index));
  if (reading?.kind !== 'one') return reading;
  return { ...reading, version: tail[1]!, confidence: Math.min(reading.confidence, 0.9) };
}

/** Keys of the makers that are meant; `[]` is any maker; undefined is one we do not know. */
function readMakers(maker: string | undefined): readonly string[] | undefined {
  if (maker === undefined || maker.trim() === '') return [];
  if (index.makers.has(maker)) return [maker];
  const reading = normaliseMaker(maker);
  if (reading === undefined) return undefined;
  return reading.kind === 'one' ? [reading.key] : reading.candidates.map((one) => one.key);
}

function lookUp(makers: readonly string[], text: string): ProductReading {
  for (const { name, confidence } of variantsOf(makers, text)) {
    const found = (index.productNames.get(tight(name)) ?? [])
      .map((entry) => entry.product)
      .filter((product) => makers.length === 0 || makers.includes(product.maker));
    const reading = readingOf(found, confidence);
    if (reading) return reading;
  }
  return lookUpByModel(makers, levelName(text));
}

function readingOf(found: readonly DictionaryProduct[], confidence: number): ProductReading {
  const distinct = [...new Map(found.map((product) => [product.key, product])).values()];
  if (distinct.length > 1) return { kind: 'several', candidates: distinct };
  const product = distinct[0];
  if (!product) return undefined;
  return { kind: 'one', key: product.key, name: product.name, product, confidence };
}

/** The name itself, then without its maker, a bracketed addition, a general word. */
function* variantsOf(
  makers: readonly string[],
  text: string,
): Generator<{ name: string; confidence: number }> {
  const folded = text.normalize('NFKC');
  const levelled = levelName(folded);
  if (levelled === '') return;
  yield { name: levelled, confidence: 1 };
  const bare = dropMaker(makers, levelled);
  if (bare !== levelled) yield { name: bare, confidence: 0.9 };
  const outside = levelName(folded.replace(/\([^)]*\)/g, ' '));
  if (outside !== '' && outside !== levelled) {
    yield { name: dropMaker(makers, outside), confidence: 0.9 };
  }
  const general = bare.replace(GENERAL_WORDS, '').trim();
  if (general !== bare && general !== '') yield { name: general, confidence: 0.9 };
}

function dropMaker(makers: readonly string[], levelled: string): string {
  const keys = makers.length === 0 ? index.makerWords.keys() : makers;
  for (const key of keys) {
    for (const word of index.makerWords.get(key) ?? []) {
      if (word !== '' && levelled.startsWith(`${word} `)) return levelled.slice(word.length + 1);
    }
  }
  return levelled;
}

/** "FortiGate 60F", "PA-3220", "BIG-IP i2600": a known line followed by a model with a digit. */
function lookUpByModel(makers: readonly string[], levelled: string): ProductReading {
  const bare = dropMaker(makers, levelled);
  const keys = makers.length === 0 ? index.modelNames.keys() : makers;
  const found: DictionaryProduct[] = [];
  let longest = 0;
  for (const key of keys) {
    for (const [name, product] of index.modelNames.get(key) ?? []) {
      if (name.length < longest || !isModelOf(name, bare)) continue;
      if (name.length > longest) found.length = 0;
      longest = name.length;
      found.push(product);
    }
  }
  return readingOf(found, 0.75);
}

function isModelOf(name: string, text: string): boolean {
  if (!text.startsWith(name)) return false;
  const rest = text.slice(name.length);
  // A name of one or two letters needs a blank: "PA 3220" and "PA-3220", not "Page 3".
  if (!/^ ?[0-9a-z]{0,6} ?\d/u.test(rest)) return false;
  return rest.startsWith(' ') || (name.length > 2 ? true : /^\d/.test(rest));
}

/** Parts of a text that may name several products. */
const LIST_MARKS = /\s*(?:,|;|、|・|\/|\band\b|および|及び|並びに)\s*/iu;

/**
 * Splits a text that names one product or several of one maker.
 *
 * In     for example "FortiOS and FortiProxy", "ESXi, Workstation, and Fusion", "Active! Mail"
 * Out    the names in their order; a text that the dictionary knows as it is stays whole
 */
export function splitProductNames(maker: string, text: string): readonly string[] {
  const whole = text.trim();
  if (normaliseProduct(maker, whole)) return [whole];
  // A comma or "and" inside brackets belongs to the name.
  const names = whole
    .replace(/\([^)]*\)/g, ' ')
    .split(LIST_MARKS)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length < 2) return [whole];
  const isKnown = names.some((name) => normaliseProduct(maker, name) !== undefined);
  return isKnown || /,|、|\band\b/i.test(whole) ? names : [whole];
}
