import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hostsFile } from './hosts-file.ts'

test('the hosts file is read, and read again when it changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sidetone-hosts-'))
  const path = join(folder, 'hosts')
  try {
    writeFileSync(path, '# names\n192.0.2.5 Pbx pbx.example # ours\n2001:db8::5\tpbx\nnonsense line\n')
    utimesSync(path, 1, 1)
    const known = hostsFile(path)
    expect(known('PBX')).toEqual(['192.0.2.5', '2001:db8::5'])
    expect(known('localhost')).toEqual(['127.0.0.1', '::1'])
    expect(known('other')).toEqual([])
    writeFileSync(path, '192.0.2.6 other\n')
    expect(known('other')).toEqual(['192.0.2.6'])
    rmSync(path)
    expect(known('other')).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
