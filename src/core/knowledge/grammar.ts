const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

/** Function words: no context for a name, and a name themselves only where a capital inside a sentence says so. */
export const FUNCTION_WORDS = list(`
  a about above after again against all almost along already also although always am among an and another any are as at
  away back be because been before being below between both but by can could did do does doing done down during each
  either else enough even ever every few for from further get gets go goes got had has have having he her here hers him
  his how i if in instead into is it its itself just last least less let like many may me might mine more most much must
  my near neither never next no none nor not nothing now of off often on once one only onto or other our ours out over
  own per perhaps quite rather really s same say says see seen shall she should since so some soon still such t than that
  the their theirs them then there these they this those though through thus till to together too toward under until up
  upon us very via was way we well were what whatever when where whether which while who whom whose why will with within
  without would yes yet you your yours`);

const ARTICLES = list('a an the my his her its our their your every each another');

const DETERMINERS = list(`
  a an the my his her its our their your this that these those some any no each every another either neither one two
  three four five six seven eight nine ten several many few both all of`);

const ADJECTIVES = list(`
  old new single rusty wild empty full fallen dead dry wet big large huge small little tiny long short first last next
  best good bad great red white pink yellow black green blue brown golden wooden iron same other own whole half sharp
  blunt heavy light electric warm cold hot fresh young famous broken`);

/** Words after which a word that can be noun or verb is a verb. */
const VERB_CUES = list(`
  to i you he she it we they who will would can could may might must shall should did does do didn doesn don not never
  cannot t ll d ve always often sometimes seldom rarely please let lets`);

/** Words that begin an object: after them comes a noun, so the word before is a verb. */
const OBJECTS = list('the a an him them it us me my his their your our its every');

const PREPOSITIONS = list('in on at by with from for into under over near of about through as like per than without');

/** Place words: after them a name is a place sooner than a person. */
const PLACE_CUES = list('in near at across around');

export const isPlaceCue = (word: string | undefined): boolean => word !== undefined && PLACE_CUES.has(word);

/** Whether a word that is noun and verb ("play", "record") is used as a noun, told from the words beside it. */
export function readsAsNoun(before: string | undefined, after: string | undefined): boolean {
  if (before !== undefined && DETERMINERS.has(before)) return true;
  if (before !== undefined && VERB_CUES.has(before)) return false;
  if (before !== undefined && PREPOSITIONS.has(before)) return true;
  return after === undefined || !OBJECTS.has(after);
}

/** The same for words that are seldom nouns ("saw", "rose", "can"): only where an article or adjective says so. */
export const isSurelyNoun = (before: string | undefined): boolean =>
  before !== undefined && (ARTICLES.has(before) || ADJECTIVES.has(before));
