/** How this page opens its line for SIP; undefined where its carrier has none. */
export const sipDoor: { open: (() => WebSocket) | undefined } = { open: undefined }

/** The console's own host, with the token of this tab. */
export function openSipDoor(token: string): void {
  sipDoor.open = () => new WebSocket(`ws://${location.host}/sip`, ['sip', `token.${token}`])
}
