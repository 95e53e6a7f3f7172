import { beforeEach, describe, expect, it } from 'vitest';
import { Answers, opensAlready } from '../../../../src/engines/assets/offline/answer.ts';
import { count, keepAllUsed, keepPage } from '../../../../src/engines/assets/offline/keep.ts';
import { boxOf, dropOthers, pathOf } from '../../../../src/engines/assets/offline/place.ts';
import { build, FakeCaches, FakeNet, pageOf, publish, SCOPE } from './browser.ts';

let caches: FakeCaches;
let net: FakeNet;
let later: Promise<unknown>[];

beforeEach(() => {
  [caches, net, later] = [new FakeCaches(), new FakeNet(), []];
  publish(net, 'a1');
});

const NAME = 'knowshot/offline/page/';
const first = () => build('a1', { caches, net });
const second = () => build('b2', { caches, net }, 'new data');
const paths = (name: string) =>
  [...(caches.boxes.get(name)?.keys() ?? [])].map((url) => url.slice(SCOPE.length)).sort();
const file = async (answers: Answers, path: string, init: RequestInit = {}) => {
  const response = await answers.file(new Request(SCOPE + path, init), path, (work) => later.push(work));
  return response.text();
};
const page = async (answers: Answers, others = 0) =>
  (await answers.page({ request: new Request(SCOPE), others })).text();
const ALL = ['', 'data.txt', 'part-a1.js', 'same.txt'];

describe('keeping a build', () => {
  it('takes all that a session can need, with the headers of the server', async () => {
    await keepPage(first());
    expect(paths(`${NAME}a1`)).toEqual(ALL);
    expect(caches.boxes.get(`${NAME}a1`)?.get(SCOPE)?.headers.get('x-from')).toBe('server');
    expect(await count(first(), await boxOf(first()))).toEqual({ files: 4, bytes: pageOf('a1').length + 2 + 4 + 4 });
  });

  it('asks for nothing that the browser has from the session before, and passes over what is old there', async () => {
    net.cached.set('', pageOf('a1')).set('same.txt', 'same').set('data.txt', 'old data');
    await keepPage(first());
    expect(net.asked.sort()).toEqual(['data.txt', 'part-a1.js']);
  });

  it('is refused where a file is of another build, and goes on from there when that comes', async () => {
    net.sent.set('data.txt', 'new data');
    await expect(keepPage(first())).rejects.toThrow();
    net.sent.set('data.txt', 'data');
    net.asked.length = 0;
    await keepPage(first());
    expect(paths(`${NAME}a1`)).toEqual(ALL);
    expect(net.asked).not.toContain('');
  });

  it('takes from an earlier build what is the same, and what was used there', async () => {
    await keepPage(first());
    net.cached.set('twin.bin', 'twin');
    await keepAllUsed(first());
    publish(net, 'b2', 'new data');
    net.cached.clear();
    net.asked.length = 0;
    await keepPage(second());
    expect(net.asked.sort()).toEqual(['', 'data.txt', 'part-b2.js']);
    expect(paths(`${NAME}b2`)).toEqual(['', 'data.txt', 'part-b2.js', 'same.txt', 'twin.bin']);
  });

  it('lets earlier builds go, but nothing else that the host keeps', async () => {
    await keepPage(first());
    for (const name of ['knowshot/parts', 'knowshot/offline/page/inner/a1', 'knowshot/offline/'])
      await caches.open(name);
    publish(net, 'b2', 'new data');
    await keepPage(second());
    await dropOthers(second());
    expect((await caches.keys()).sort()).toEqual([
      'knowshot/offline/',
      `${NAME}b2`,
      `${NAME}inner/a1`,
      'knowshot/parts',
    ]);
  });
});

describe('answering', () => {
  it('gives what is kept without a network, whole also where a part is asked for', async () => {
    await keepPage(first());
    net.down = true;
    const answers = new Answers(first());
    expect(await page(answers)).toBe(pageOf('a1'));
    expect(await file(answers, 'data.txt')).toBe('data');
    const part = await answers.file(
      new Request(`${SCOPE}data.txt`, { headers: { Range: 'bytes=2-' } }),
      'data.txt',
      () => {},
    );
    expect([part.status, await part.text()]).toEqual([200, 'data']);
    await expect(file(answers, 'twin.bin')).rejects.toThrow('Failed to fetch');
  });

  it('keeps what is used, and has what an earlier session used', async () => {
    await keepPage(first());
    expect(await file(new Answers(first()), 'twin.bin')).toBe('twin');
    await Promise.all(later);
    net.down = true;
    expect(await file(new Answers(first()), 'twin.bin')).toBe('twin');
    await (await boxOf(first())).delete(`${SCOPE}twin.bin`);
    net.cached.set('twin.bin', 'twin');
    expect(await file(new Answers(first()), 'twin.bin')).toBe('twin');
  });

  it('opens the newer build of the server alone and from there, also after the worker was stopped', async () => {
    await keepPage(first());
    publish(net, 'b2', 'new data');
    expect(await page(new Answers(first()))).toBe(pageOf('b2'));
    expect(await file(new Answers(first()), 'data.txt')).toBe('new data');
    expect(await page(new Answers(first()), 1)).toBe(pageOf('b2'));
    expect([await opensAlready(second()), await opensAlready(build('c3', { caches, net }))]).toEqual([true, false]);
  });

  it('leaves an open page its build, and gives one beside it the same', async () => {
    await keepPage(first());
    const answers = new Answers(first());
    await page(answers);
    publish(net, 'b2', 'new data');
    expect(await page(answers, 1)).toBe(pageOf('a1'));
    expect(await file(answers, 'data.txt')).toBe('data');
    expect(await opensAlready(second())).toBe(false);
  });

  it('goes back to what is kept when the newer one cannot be reached any more', async () => {
    await keepPage(first());
    const answers = new Answers(first());
    publish(net, 'b2', 'new data');
    await page(answers);
    net.down = true;
    expect(await page(answers)).toBe(pageOf('a1'));
    expect(await file(new Answers(first()), 'data.txt')).toBe('data');
  });

  it('opens a page that is none of its builds from the server, and the kept one where the server has none', async () => {
    await keepPage(first());
    net.sent.set('', '<title>Another</title>').set('data.txt', 'of another');
    const answers = new Answers(first());
    expect(await page(answers)).toBe('<title>Another</title>');
    expect(await file(answers, 'data.txt')).toBe('of another');
    net.sent.delete('');
    expect(await page(answers)).toBe(pageOf('a1'));
  });
});

describe('the path of an address', () => {
  it.each([
    ['https://host.test/page/?panel=grid#v1.x', ''],
    ['https://host.test/page/index.html?panel=grid', ''],
    ['https://host.test/page/assets/a.js', 'assets/a.js'],
    ['https://host.test/other/', null],
    ['https://elsewhere.test/page/', null],
  ])('%s: %s', (url, path) => {
    expect(pathOf(first(), url)).toBe(path);
  });
});
