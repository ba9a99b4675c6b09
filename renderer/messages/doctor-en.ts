/** English words of the Doctor's page; its verdicts are in the contract, since the command line speaks them too. */
export const doctorEn = {
  'doctor.title': 'Doctor',
  'doctor.lead': 'Who cannot hear whom in a call, why, and what to do about it.',
  'doctor.calls': 'Calls to look at',
  'doctor.calls.empty': 'No call goes on.',
  'doctor.calls.empty.how': 'Call somebody and come back, or choose an ended call under Calls.',
  'doctor.choose': 'Look at the call {call}',
  'doctor.looking': 'Looking at the call…',
  'doctor.failed': 'The call could not be looked at.',
  'doctor.retry': 'Look again',
  'doctor.open': 'Ask the doctor',
  'doctor.packets': { one: '{count} packet', other: '{count} packets' },
  'doctor.packets.unknown': 'not counted',
  'doctor.copy': 'Copy report',
  'doctor.copied': 'The report is copied.',
  'doctor.copied.not': 'The browser does not let this window copy.',
  'doctor.arrows': 'The four steps of the voice',
} as const
