/**
 * A string that carries bytes: every char code is one octet, 0–255 ("binary" or latin1 string).
 * SIP is read and written in this form: a header that nobody touches goes out byte for byte as it came,
 * whatever its encoding, and the engine's fast one-byte strings are used throughout.
 * The rim turns datagrams into octets and back; text for people is decoded where it is shown.
 */
export type Octets = string
