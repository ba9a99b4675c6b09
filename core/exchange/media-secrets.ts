import type { IceCredentials } from '../rtp/index.ts'
import type { CryptoAttribute } from '../sdp/index.ts'

/** RFC 8839 §5.4 ice-char, which are base64's too. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** 48 bits: no two legs of a machine have the same. */
const ufragChars = 8
/** 144 bits; RFC 8445 §5.3 wants 128 at least. */
const pwdChars = 24
/** 240 bits for key and salt of AES_CM, 224 for those of AEAD (RFC 4568 §6.2, RFC 7714 §14.1). */
const counterKeyChars = 40
const aeadKeyChars = 37
/** The last character of 28 octets holds two bits. */
const lastOfAead = 'AQgw'

/** What is drawn by chance for a call's media, and what we prove ourselves with. */
export class MediaSecrets {
  /** Of the relay's certificate; empty until it has told. */
  fingerprint = ''
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  iceCredentials(): IceCredentials {
    return { ufrag: this.#draw(ufragChars), pwd: this.#draw(pwdChars) }
  }

  sdesKey(tag: number, suite: string): CryptoAttribute {
    if (!suite.startsWith('AEAD_')) return { tag, suite, key: this.#draw(counterKeyChars) }
    const last = lastOfAead.charAt(Math.floor(this.#random() * lastOfAead.length))
    return { tag, suite, key: `${this.#draw(aeadKeyChars)}${last}==` }
  }

  #draw(length: number): string {
    let text = ''
    for (let n = 0; n < length; n++) text += alphabet.charAt(Math.floor(this.#random() * alphabet.length))
    return text
  }
}
