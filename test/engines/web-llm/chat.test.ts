import { describe, expect, it } from 'vitest';
import { chatTemplate } from '../../../src/engines/web-llm/chat.ts';
import { QWEN } from './hub.ts';

describe('chat templates', () => {
  it('of a thinking model begin the answer with an empty thought, or leave the thought to it', () => {
    const template = chatTemplate(QWEN, true);
    expect(template?.after).toBe('<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n');
    expect(template?.afterThinking).toBe('<|im_end|>\n<|im_start|>assistant\n');
  });

  it('of Llama 3 have its headers', () => {
    const llama = {
      system_template: '<|start_header_id|>system<|end_header_id|>\n\n{system_message}<|eot_id|>',
      system_message: 'You are a helpful, respectful and honest assistant.',
      roles: { user: '<|start_header_id|>user', assistant: '<|start_header_id|>assistant' },
      seps: ['<|eot_id|>'],
      role_content_sep: '<|end_header_id|>\n\n',
      role_empty_sep: '<|end_header_id|>\n\n',
    };
    const template = chatTemplate(llama, false);
    expect(`${template?.before}Hi${template?.after}`).toBe(
      '<|start_header_id|>system<|end_header_id|>\n\nYou are a helpful, respectful and honest assistant.<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    );
    expect(template?.afterThinking).toBeUndefined();
  });

  it('of Gemma have no system message', () => {
    const gemma = {
      system_template: '{system_message}',
      system_message: '',
      roles: { user: '<start_of_turn>user', assistant: '<start_of_turn>model' },
      seps: ['<end_of_turn>\n'],
      role_content_sep: '\n',
      role_empty_sep: '\n',
    };
    expect(chatTemplate(gemma, false)).toEqual({
      before: '<start_of_turn>user\n',
      after: '<end_of_turn>\n<start_of_turn>model\n',
    });
  });

  it('take text as it is, dollar signs and all', () => {
    const odd = { ...QWEN, system_message: "$& costs $1 and $'" };
    expect(chatTemplate(odd, false)?.before).toContain("system\n$& costs $1 and $'<|im_end|>");
  });

  it('of an unknown form are none', () => {
    expect(chatTemplate({ name: 'custom' }, false)).toBeUndefined();
    expect(chatTemplate({ ...QWEN, role_templates: { user: 'no slot' } }, false)).toBeUndefined();
  });
});
