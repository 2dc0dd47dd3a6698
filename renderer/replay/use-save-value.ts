/** Saves a value of a result as its recorded bytes, however long it is. */
import { useState } from 'react';
import { wholeValue, type LoadEvent, type ResultShape } from '../player/result.ts';
import { saveFile } from '../save-file.ts';
import { RESULT } from '../words/result.ts';

/** What of a column's name a file is called by. */
const NAME = /[\p{L}\p{N}_-]{1,40}/u;

interface SaveValue {
  /** What saving is called, or what became of it. */
  readonly name: string;
  readonly save: (row: number, column: number, name: string) => void;
}

export function useSaveValue(shape: ResultShape, load: LoadEvent): SaveValue {
  const [name, setName] = useState<string>(RESULT.save);
  const save = async (row: number, column: number, heading: string): Promise<void> => {
    setName(RESULT.saving);
    try {
      const bytes = await wholeValue(shape, { row, column }, load);
      if (bytes !== null) saveFile(bytes, `${NAME.exec(heading)?.[0] ?? 'value'}-${row + 1}.txt`);
      setName(bytes === null ? RESULT.nothingToSave : RESULT.save);
    } catch (error) {
      setName(RESULT.notSaved(error instanceof Error ? error.message : String(error)));
    }
  };
  return { name, save: (row, column, heading) => void save(row, column, heading) };
}
