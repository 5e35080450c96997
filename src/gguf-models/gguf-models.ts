import { dirname } from 'node:path';
import { GgufFile, GgufHeader, GgufModel } from './gguf-model.interface.js';

/** A file with what its header says. */
export interface ReadFile {
  readonly file: GgufFile;
  readonly header: GgufHeader;
}

/**
 * Makes models out of files: names them, and gives each the projector that lies beside it. Two
 * files of one name are told apart by their quantization, then by their file names.
 */
export function modelsFrom(files: readonly ReadFile[]): GgufModel[] {
  const projectors = files.filter(({ header }) => header.purpose === 'project');
  const served = files.filter(({ header }) => header.purpose !== 'project');
  const ids = distinctIds(served);
  return served.map(({ file, header }, at) => ({
    id: ids[at]!,
    file,
    header,
    projector: projectorFor(file, served, projectors),
  }));
}

/** Lower-case letters, digits and `. - _`, as in the names that clients type. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
}

function distinctIds(files: readonly ReadFile[]): string[] {
  const namings: ((read: ReadFile) => string)[] = [
    ({ file, header }) => slug(header.name ?? '') || slug(file.stem),
    ({ file, header }) => slug(`${header.name ?? file.stem} ${header.quantization ?? ''}`),
    ({ file }) => slug(file.stem),
    ({ file }) => slug(file.path.replace(/\.gguf$/i, '')),
  ];
  let ids = files.map(namings[0]!);
  for (const naming of namings.slice(1)) {
    const taken = ids;
    ids = ids.map((id, at) => (isRepeated(taken, id) ? naming(files[at]!) : id));
  }
  return ids;
}

function isRepeated(ids: readonly string[], id: string): boolean {
  return ids.indexOf(id) !== ids.lastIndexOf(id);
}

/** A projector belongs to the models of its folder whose file names begin as its own does. */
function projectorFor(
  file: GgufFile,
  served: readonly ReadFile[],
  projectors: readonly ReadFile[],
): string | null {
  const folder = dirname(file.path);
  const beside = projectors.filter((other) => dirname(other.file.path) === folder);
  const named = beside.find((other) => {
    const stem = bareName(other.file.stem);
    return stem !== '' && bareName(file.stem).startsWith(stem);
  });
  if (named) return named.file.path;
  const hasCompany = served.some(
    (other) => dirname(other.file.path) === folder && other.file !== file,
  );
  const isUnnamed = beside.length === 1 && bareName(beside[0]!.file.stem) === '';
  return beside.length === 1 && (isUnnamed || !hasCompany) ? beside[0]!.file.path : null;
}

/** A file name without the words that tell projectors and number formats apart. */
function bareName(stem: string): string {
  return slug(stem)
    .replaceAll(/mmproj|model|(?<![a-z0-9])(bf16|f16|f32|i?q\d\w*)(?![a-z0-9])/g, '')
    .replaceAll(/[-._]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
