import { createContext, type ReactNode, use, useRef, useState } from 'react';
import type { Entity, Knowledge } from '../../../core/knowledge/types.ts';
import '../../../ui/popover.css';
import type { Piece } from './annotate.ts';

interface EntityPort {
  readonly knowledge: Knowledge;
  readonly show: (id: string, source: HTMLElement) => void;
}

const EntityContext = createContext<EntityPort | null>(null);

/** One popover for all entities inside; a mention opens it beside itself. */
export function EntityScope({ knowledge, children }: { knowledge: Knowledge; children: ReactNode }) {
  const popover = useRef<HTMLDivElement>(null);
  const [entity, setEntity] = useState<Entity | null>(null);
  const show = (id: string, source: HTMLElement) => {
    setEntity(knowledge.entities.get(id) ?? null);
    // The source becomes the anchor of the popover; the option is newer than the types.
    (popover.current as { showPopover(options: { source: HTMLElement }): void } | null)?.showPopover({ source });
  };
  return (
    <EntityContext value={{ knowledge, show }}>
      {children}
      <div ref={popover} popover="auto" className="popover entity-card" role="status">
        {entity !== null && (
          <>
            <strong>{entity.name}</strong> <span className="badge">{entity.type}</span>
            <p>{entity.description}</p>
          </>
        )}
      </div>
    </EntityContext>
  );
}

export function EntityChip({ id, text }: { id: string; text?: string }) {
  const port = use(EntityContext);
  const entity = port?.knowledge.entities.get(id);
  if (port === null || entity === undefined) return text ?? id;
  return (
    <button
      type="button"
      className="entity"
      title={`${entity.name}, ${entity.type}: ${entity.description}`}
      onClick={(event) => port.show(id, event.currentTarget)}
    >
      {text ?? entity.name}
    </button>
  );
}

/** A text with its entities as buttons. Its text content is the text, unchanged. */
export function EntityText({
  parts,
  render = (text) => text,
}: {
  parts: readonly Piece[];
  render?: (text: string) => ReactNode;
}) {
  let at = 0;
  return parts.map(({ text, entityId }) => {
    const key = at;
    at += text.length;
    return entityId === null ? (
      <span key={key}>{render(text)}</span>
    ) : (
      <EntityChip key={key} id={entityId} text={text} />
    );
  });
}
