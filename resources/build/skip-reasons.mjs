/**
 * A vitest reporter that prints nothing: it puts the note of `skip('needs …')` where the JSON report shows it, in the
 * test's `meta`.
 */
export default class SkipReasons {
  onTestModuleEnd(testModule) {
    for (const test of testModule.children.allTests('skipped')) {
      const { note } = test.result()
      if (note !== undefined) test.meta().skipReason = note
    }
  }
}
