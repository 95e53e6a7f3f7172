export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: string;
  readonly description: string;
}

export interface Relation {
  readonly id: string;
  /** A sentence with the slots `{h}` and `{t}`; the tail ends it. */
  readonly statement: string;
  readonly question: string;
  readonly functional: boolean;
}

export interface Triple {
  readonly head: string;
  readonly relation: string;
  readonly tail: string;
}

/** A stretch `[start, end)` of a text (UTF-16 units) that names an entity. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly entityId: string;
}

/** The knowledge base as methods see it. */
export interface Knowledge {
  /** SHA-256 of entities, relations, triples and vectors. */
  readonly digest: string;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly triples: readonly Triple[];
  link(text: string): readonly Mention[];
  /** Knowledge embedding of an entity (TransE), all of one length; undefined where it is in no triple. */
  vector(entityId: string): Float32Array | undefined;
}
