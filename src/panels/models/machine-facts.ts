import type { Machine } from '../../core/model/machine.ts';
import { threadsFor } from '../../core/model/threads.ts';
import { count, megabytes } from '../../ui/format.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** What follows from it. */
  readonly note: string;
  readonly good: boolean;
}

/** What this browser lets a model have, and what follows for the choice. */
export function machineFacts({ gpu, gpuProblem, memoryGB, cores, isolated, storage }: Machine): Fact[] {
  return [
    gpu === null
      ? { name: 'WebGPU', value: 'no', note: gpuProblem ?? '', good: false }
      : {
          name: 'WebGPU',
          value: gpu.name,
          note: gpu.software
            ? 'The processor plays the GPU: right numbers, and minutes for each.'
            : `Buffers up to ${megabytes(gpu.maxStorageBufferBindingSize)}.`,
          good: !gpu.software,
        },
    {
      name: 'Half precision',
      value: gpu?.f16 ? 'yes' : 'no',
      note: gpu?.f16
        ? 'Models take less memory and run faster; their numbers repeat to two decimals.'
        : 'Models on the GPU run in single precision.',
      good: gpu?.f16 === true,
    },
    {
      name: 'Memory',
      value: memoryGB === null ? 'not told' : memoryGB >= 8 ? `${memoryGB} GB or more` : `${memoryGB} GB`,
      note: memoryGB === null ? 'Only Chromium browsers tell.' : 'As the browser rounds it.',
      good: memoryGB === null || memoryGB >= 4,
    },
    {
      name: 'Processor',
      value: `${count(cores)} threads`,
      note: `The embedded model uses ${isolated ? threadsFor(cores) : 1}.`,
      good: true,
    },
    {
      name: 'Cross-origin isolation',
      value: isolated ? 'yes' : 'no',
      note: isolated
        ? 'Models on the processor may use several threads.'
        : 'Models on the processor use one thread: this page is served without its isolation headers.',
      good: isolated,
    },
    {
      name: 'Storage',
      value: storage === null ? 'not told' : `${megabytes(Math.max(0, storage.quota - storage.usage))} free`,
      note: storage === null ? '' : `This page keeps ${megabytes(storage.usage)} in this browser.`,
      good: storage === null || storage.quota - storage.usage > 5e8,
    },
  ];
}
