import * as v from 'valibot';
import type { ChatTemplate } from '../../core/model/language-model.ts';

/** `conv_template` of mlc-chat-config.json, as far as one turn of a user needs it. */
const Conversation = v.object({
  system_template: v.string(),
  system_message: v.optional(v.string(), ''),
  roles: v.looseObject({ user: v.string(), assistant: v.string() }),
  role_templates: v.optional(v.looseObject({ user: v.optional(v.string()) })),
  seps: v.pipe(v.array(v.string()), v.minLength(1)),
  role_content_sep: v.optional(v.string(), ': '),
  role_empty_sep: v.optional(v.string(), ': '),
  add_role_after_system_message: v.optional(v.boolean(), true),
  render_empty_system_message: v.optional(v.boolean(), true),
});

export const ChatConfig = v.looseObject({
  conv_template: v.looseObject({ stop_token_ids: v.optional(v.array(v.number()), []) }),
});
export type ChatConfig = v.InferOutput<typeof ChatConfig>;

const NO_THOUGHT = '<think>\n\n</think>\n\n';

/**
 * The text around a user's turn, as web-llm renders it (its `Conversation`): system message, turn, header of the answer.
 * @param thinks whether the model thinks before it answers unless its answer begins with an empty thought.
 * @returns `undefined` for a conversation of another form.
 */
export function chatTemplate(convTemplate: unknown, thinks: boolean): ChatTemplate | undefined {
  const parsed = v.safeParse(Conversation, convTemplate);
  if (!parsed.success) return undefined;
  const c = parsed.output;
  const [beforeTurn, afterTurn, ...more] = (c.role_templates?.user ?? '{user_message}')
    .replace('{function_string}', '')
    .split('{user_message}');
  if (beforeTurn === undefined || afterTurn === undefined || more.length > 0) return undefined;
  const system =
    c.system_message === '' && !c.render_empty_system_message
      ? ''
      : c.system_template.replace('{system_message}', () => c.system_message);
  const user = system !== '' && !c.add_role_after_system_message ? '' : c.roles.user + c.role_content_sep;
  const before = `${system}${user}${beforeTurn}`;
  const end = `${afterTurn}${c.seps[0]}${c.roles.assistant}`;
  if (!thinks) return { before, after: `${end}${c.role_empty_sep}` };
  return { before, after: `${end}${c.role_content_sep}${NO_THOUGHT}`, afterThinking: `${end}${c.role_empty_sep}` };
}
