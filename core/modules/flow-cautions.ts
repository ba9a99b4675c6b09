import type { Caution } from '../script/index.ts'

/** Settings that are allowed and do not do what their writer hopes. */
export const cautions: readonly Caution[] = [
  {
    code: 'acc-flag-zero',
    module: 'acc',
    parameter: /^(log|db|radius|diameter)_(missed_)?flag$/,
    applies: (value) => value === 0,
    message: 'Flag 0 means that acc keeps no such records.',
    consequence: 'Calls with setflag(0) are not recorded, and nobody notices.',
    remedy: 'Choose a flag from 1 to 31 here and in setflag(…), such as 1.',
  },
  {
    code: 'known-password',
    module: undefined,
    parameter: /_url$/,
    applies: (value) => typeof value === 'string' && /:(heslo|47serro11)@/.test(value),
    message: 'This password stands in every copy of the old manuals.',
    consequence: 'Whoever reaches that database can read and change it.',
    remedy: 'Give the database a password of its own; where the data is kept here, remove the line.',
  },
  {
    code: 'ring-time-short',
    module: 'tm',
    parameter: /^fr_inv_timer$/,
    applies: (value) => typeof value === 'number' && value > 0 && value < 10,
    message: 'Phones stop ringing before anybody can get to them.',
    consequence: 'Most calls end with 408 or go to the next target of the failure route.',
    remedy: 'Write the seconds that a phone may ring: modparam("tm", "fr_inv_timer", 30).',
  },
]
