import type { DoctorTexts } from './doctor-texts.ts'

export const doctorTextsDe = {
  confidence: { certain: 'Sicher', likely: 'Wahrscheinlich', 'cannot-tell': 'Nicht zu sagen' },
  deaf: '{who} kann {other} nicht hören.',
  headings: {
    saw: 'Was ich gesehen habe',
    ruledOut: 'Was ich ausgeschlossen habe',
    also: 'Auch möglich',
    now: 'Sofort',
    next: 'Ab dem nächsten Anruf',
    you: 'Was Sie tun können',
  },
  causes: {
    fine: { verdict: 'Die Sprache fließt in beide Richtungen.' },
    checking: { verdict: 'Ich schaue noch. Ein Befund braucht ein paar Sekunden Gespräch.' },
    unseen: {
      verdict: 'Ich kann die Sprache dieses Anrufs nicht sehen: Sie läuft direkt zwischen den Telefonen.',
      you: 'Lassen Sie Sidetone die Sprache befördern (force_rtp_proxy im Skript), und rufen Sie noch einmal an.',
    },
    C01: {
      verdict:
        'Telefon {who} will Sprache an {address}, eine Adresse, die es nur in seinem eigenen Netz gibt.',
      now: 'Die Sprache geht dorthin, woher seine eigenen Pakete kommen, sobald eines da ist.',
      next: 'Sidetone soll die Sprache dieses Telefons befördern: nat_uac_test und force_rtp_proxy im Skript.',
      you: 'Bleibt es still: Schalten Sie im Telefon „symmetrisches RTP“ ein.',
    },
    C02: {
      verdict: 'Telefon {who} hält den Anruf (auf die alte Art).',
      you: 'Nehmen Sie den Anruf an Telefon {who} wieder auf.',
    },
    C03: {
      verdict: 'Telefon {who} hat festgelegt, wer sprechen darf: Der Anruf wird gehalten oder ist einseitig.',
      you: 'Nehmen Sie den Anruf an Telefon {who} wieder auf. Sonst legen Sie auf und rufen neu an.',
    },
    C04: { verdict: 'Dies ist eine Durchsage: Nur der Anrufer kann sprechen.' },
    C05: {
      verdict: 'Die Sprache sollte direkt laufen, aber {who} und {other} erreichen einander nicht.',
      next: 'Sidetone soll die Sprache zwischen diesen Netzen befördern: force_rtp_proxy im Skript.',
    },
    C06: {
      verdict: 'Ich habe {who} für Sprache {address} genannt, aber der Weg dorthin führt über {right}.',
      next: 'Die Sprache muss über {right} laufen: Starten Sie Sidetone mit --media {right}:35000-35999.',
    },
    C07: {
      verdict:
        'Ich habe {who} Sprache von {address} angekündigt, aber sie verlässt diesen Rechner von {right}.',
      next: 'Beides muss übereinstimmen: Starten Sie Sidetone mit --media {right}:35000-35999.',
    },
    C08: {
      verdict:
        'Die Sprachadresse {address} gehört zu einem VPN oder virtuellen Netz, nicht zu Ihrem Büronetz.',
      you: 'Schalten Sie diesen Adapter an seinem Rechner ab, oder wählen Sie im Telefon das Büronetz.',
    },
    C08b: {
      verdict:
        'Eine Netzverbindung hat während des Anrufs gewechselt, und die Sprache von {who} blieb zurück.',
      you: 'Legen Sie auf und rufen Sie neu an. Bleiben Sie beim Sprechen bei einer Verbindung.',
    },
    C09: {
      verdict: 'Telefon {who} sendet ein Tonformat (Nummer {type}), das nicht vereinbart ist.',
      you: 'Stellen Sie in Telefon {who} G.711 (PCMA oder PCMU) an den Anfang der Codec-Liste.',
    },
    C10: {
      verdict: '{who} und {other} haben kein gemeinsames Tonformat.',
      you: 'Schalten Sie in beiden Telefonen G.711 (PCMA und PCMU) ein.',
    },
    C11: {
      verdict:
        'Telefon {who} sendet {packetMs} ms Ton je Paket. Telefon {other} nimmt höchstens {longestMs} ms.',
      you: 'Stellen Sie die Paketdauer (ptime) von Telefon {who} auf 20 ms.',
    },
    C12: {
      verdict: 'Ein Router auf dem Weg zu {who} schreibt Anrufnachrichten um und macht Fehler (SIP ALG).',
      next: 'Lassen Sie das Telefon TCP oder TLS benutzen, oder einen anderen Port als 5060.',
      you: 'Schalten Sie „SIP ALG“ oder „SIP-Helfer“ in jenem Router ab.',
    },
    C13: {
      verdict: 'Telefon {who} will Sprache an Port {port}, aber dort hört nichts.',
      now: 'Die Sprache geht an den Port, von dem es spricht, sobald es spricht.',
      you: 'Starten Sie Telefon {who} neu. Geschieht es wieder, erneuern Sie seine Firmware.',
    },
    C14: {
      verdict:
        'Telefon {who} nennt einen falschen äußeren Port: Sein Router vergibt für jedes Ziel einen neuen.',
      now: 'Die Sprache geht dorthin, woher seine eigenen Pakete kommen.',
      you: 'Schalten Sie STUN in Telefon {who} ab.',
    },
    C15: {
      verdict: '{who} und {other} sind sich über die Verschlüsselung der Sprache nicht einig.',
      you: 'Stellen Sie die Verschlüsselung (SRTP) in beiden Telefonen gleich ein: aus oder an.',
    },
    C16: {
      verdict: 'Telefon {who} und das Relais haben keinen gemeinsamen Netzweg gefunden.',
      you: 'Laden Sie die Seite des Telefons neu. Im Büronetz braucht es weder STUN noch TURN.',
    },
    C17: {
      verdict: 'Telefon {who} spricht von einem Port und hört auf einem anderen.',
      next: 'Kennzeichnen Sie es im Skript als asymmetrisch (force_rtp_proxy mit Merkmal a).',
      you: 'Schalten Sie in Telefon {who} „symmetrisches RTP“ ein.',
    },
    C18: {
      verdict: 'Die Sprache von {who} kam von einem unerwarteten Port und wurde nicht eingelassen.',
      you: 'Bleibt es still, halten Sie den Anruf und nehmen Sie ihn wieder auf.',
    },
    C19: {
      verdict: 'Die Firewall dieses Rechners hält Sprachpakete von Sidetone fern.',
      you: 'Erlauben Sie Sidetone, UDP-Pakete an den Ports seines Sprachrelais zu empfangen.',
    },
    C19b: {
      verdict: 'Der Rechner, auf dem Telefon {who} läuft, hält wohl ankommende Sprache auf.',
      you: 'Erlauben Sie das Telefonprogramm in der Firewall jenes Rechners.',
    },
    C20: {
      verdict: 'Alle Sprachkanäle von Sidetone sind belegt.',
      next: 'Das Relais öffnet von selbst neue Ports, sobald Anrufe enden.',
      you: 'Geben Sie ihm mehr Ports: Starten Sie Sidetone mit einem größeren Bereich bei --media.',
    },
    C21: {
      verdict: 'Das System oder ein anderes Programm hält die Ports für Sprache ({why}).',
      you: 'Geben Sie Sidetone andere Ports: Starten Sie es mit einem anderen Bereich bei --media.',
    },
    C22: {
      verdict: 'Sprache eines Fremden ({place}) kam auf dem Kanal dieses Anrufs an, statt der von {who}.',
      now: 'Der Fremde wird überhört; nur die eigenen Adressen des Telefons zählen.',
      you: 'Legen Sie auf und rufen Sie neu an. Sperren Sie die Adresse, wenn sie wiederkommt.',
    },
    C23: {
      verdict: 'Das Netz lässt die Anrufnachrichten von {who} durch, aber nicht seine Sprache.',
      now: 'Alle 15 Sekunden geht ein Paket an die stille Seite, damit Firewalls auf dem Weg öffnen können.',
      you: 'Erlauben Sie UDP zwischen Telefon {who} und den Sprachports. Gäste-WLAN sperrt es oft.',
    },
    C24: {
      verdict: 'Telefon {who} ist draußen, und seine Sprache kommt nicht durch Ihren Router zu Sidetone.',
      you: 'Leiten Sie im Router die Sprachports (UDP) weiter, und setzen Sie advertised_address im Skript.',
    },
    C25: {
      verdict: 'Telefon {who} im Büro sollte mich über die Internetseite des Routers erreichen.',
      next: 'Nennen Sie Telefonen im Büro die innere Adresse: force_rtp_proxy ohne eigene Adresse.',
    },
    C26: {
      verdict: 'Nach dem Halten hat Telefon {who} dem Sprechen nie wieder zugestimmt.',
      you: 'Halten Sie den Anruf und nehmen Sie ihn wieder auf. Sonst rufen Sie neu an.',
    },
    C27: {
      verdict: 'Das Halten von {who} endete, aber die Adresse seiner Sprache kam nicht zurück.',
      you: 'Halten Sie den Anruf und nehmen Sie ihn noch einmal auf.',
    },
    C28: {
      verdict: 'Die Weitergabe hat den Weg der Sprache geändert, und {who} hat es nicht gemerkt.',
      you: 'Halten Sie den Anruf und nehmen Sie ihn wieder auf: Meist finden die Telefone einander dann.',
    },
    C29: {
      verdict: 'Der Router von {who} hat den Sprachweg nach {seconds} Sekunden Stille geschlossen.',
      now: 'In die stille Richtung geht immer wieder ein Paket, damit der Weg offen bleibt.',
      you: 'Stellen Sie im Router die Frist für UDP auf mindestens zwei Minuten.',
    },
    C30: {
      verdict: 'Mehrere Telefone haben abgenommen, und die Sprache von {who} ging an ein anderes.',
      you: 'Legen Sie auf und rufen Sie neu an. Lassen Sie weniger Telefone zugleich klingeln.',
    },
    C31: {
      verdict: 'Das Abnehmen von {who} wurde nie bestätigt. Solche Anrufe enden nach 32 Sekunden.',
      next: 'Schreiben Sie record_route() ins Skript, damit die Bestätigung hier vorbeikommt.',
      you: 'Berichtigen Sie die äußere Adresse in Telefon {other}: Seine Bestätigung geht irre.',
    },
    C32: {
      verdict: 'Telefon {who} sendet die Sprache weiter an den früher vereinbarten Ort.',
      you: 'Halten Sie den Anruf und nehmen Sie ihn wieder auf. Sonst erneuern Sie die Firmware.',
    },
    C33: {
      verdict: 'Bei {who} spricht gerade niemand; das Telefon sendet fast nichts, um Bandbreite zu sparen.',
    },
    C34: {
      verdict: 'Steuerpakete von {who} kommen an, die Sprache selbst nicht.',
      you: 'Erlauben Sie in Firewalls auf dem Weg alle Sprachports, auch die geraden.',
    },
    C35: {
      verdict: '{other} sendet schon Ton, aber Telefon {who} spielt ihn vor dem Abnehmen nicht.',
      you: 'Schalten Sie in Telefon {who} „Early Media“ ein.',
    },
    C35b: {
      verdict: 'Telefon {who} gab keinen Rufton, während das andere klingelte.',
      you: 'Schalten Sie in Telefon {who} den örtlichen Rufton ein.',
    },
    C36: {
      verdict: 'Der Anruf wurde getrennt, weil {who} nicht bestätigte, noch da zu sein.',
      next: 'Schreiben Sie record_route() ins Skript, damit solche Bestätigungen hier vorbeikommen.',
      you: 'Schalten Sie in Telefon {who} die Sitzungsuhr (Session Timer) ab, oder verlängern Sie sie.',
    },
    C37: {
      verdict: 'Eine Anrufnachricht mit {bytes} Byte war zu groß für ein Paket und ging verloren.',
      you: 'Lassen Sie das Telefon TCP benutzen, oder schalten Sie unbenutzte Codecs ab.',
    },
    C38: {
      verdict: 'Telefon {who} ist während des Anrufs aus dem Netz verschwunden.',
      you: 'Prüfen Sie Strom, Kabel oder WLAN von Telefon {who}.',
    },
    C39: {
      verdict: 'Sprachpakete von {who} kommen verspätet und stoßweise an.',
      you: 'Nehmen Sie ein Kabel statt WLAN, und geben Sie Sprache in Switch und Router Vorrang.',
    },
    C40: {
      verdict: 'Dieser Rechner stand {seconds} Sekunden still, und mit ihm beide Stimmen.',
      you: 'Schließen Sie Programme, die ihn belasten, und lassen Sie ihn nicht einschlafen.',
    },
    C41: {
      verdict: 'Das Mikrofon von {who} ist stumm geschaltet oder aus.',
      you: 'Schalten Sie Telefon {who} wieder laut.',
    },
    C42: {
      verdict: 'Das Mikrofon von {who} gibt keinen Ton, fehlt oder darf nicht benutzt werden.',
      you: 'Wählen Sie ein anderes Mikrofon, stecken Sie es neu ein, oder erlauben Sie es.',
    },
    C43: {
      verdict: 'Die Sprache kommt bei {who} an, wird aber auf „{device}“ nicht gespielt.',
      you: 'Wählen Sie einen anderen Lautsprecher, und drehen Sie ihn auf.',
    },
    C44: {
      verdict: 'Die Sprache erreicht Telefon {who}. Der Fehler liegt im Telefon selbst.',
      you: 'Prüfen Sie Lautstärke, Hörerkabel und die Taste für das Headset.',
    },
    C45: {
      verdict: 'Telefon {who} sendet zurück, was es hört; deshalb hört {other} sich selbst.',
      you: 'Schalten Sie in Telefon {who} Echo- und Schleifentests ab, und starten Sie es neu.',
    },
    C46: {
      verdict: '{percent} % der Sprachpakete gehen zwischen {who} und diesem Rechner verloren.',
      you: 'Nehmen Sie ein Kabel statt WLAN, und suchen Sie nach einer vollen oder gestörten Leitung.',
    },
    C47: {
      verdict: '{who} und {other} benutzen verschiedene Arten von Netzadressen (IPv6 und IPv4).',
      next: 'Lassen Sie Sidetone die Sprache befördern: Sein Relais spricht beides.',
    },
    C48: {
      verdict: 'Der Ton von {who} läuft zu schnell oder zu langsam: Das Telefon nennt einen falschen Takt.',
      you: 'Erneuern Sie die Firmware von {who}, oder wählen Sie G.711 statt seines jetzigen Codecs.',
    },
    C49: {
      verdict: 'Von {who} kommen nur Tastentöne durch, keine Sprache.',
      you: 'Stellen Sie in Telefon {who} G.711 an den Anfang der Codecs, und schalten Sie es laut.',
    },
    C50: {
      verdict: 'Ich weiß noch nicht, warum es still ist. Was ich gesehen habe, steht unten.',
      you: 'Kopieren Sie den Bericht, und schicken Sie ihn dem Betreuer Ihres Netzes.',
    },
  },
  evidence: {
    'packets-from': 'Von {who} kamen {count} Sprachpakete.',
    'nothing-from': 'Von {who} kam kein einziges Sprachpaket.',
    'stopped-from': 'Die Sprache von {who} endete {seconds} s nach Beginn des Anrufs.',
    'described-at': '{who} will seine Sprache an {place}.',
    'signals-from': 'Die Anrufnachrichten von {who} kommen von {place}.',
    'voice-from': 'Die Sprache von {who} kommt von {place}.',
    'told-address': '{who} sollte Sprache an {address} senden.',
    direction: '{who} hat die Richtung „{direction}“ gesetzt.',
    codecs: '{who} bietet diese Codecs: {codecs}.',
    protocol: '{who} benutzt {protocol}.',
    'payload-type': '{who} sendet die Nutzlasttypen {types}.',
    'send-error': 'Das System wies {count} Pakete an {who} ab ({code}).',
    'reported-loss': '{who} meldet, dass {percent} % verloren gehen.',
    'refused-from': '{count} Pakete von {place} wurden nicht eingelassen.',
    loss: '{percent} % der Pakete von {who} fehlen.',
    jitter: 'Pakete von {who} kommen bis zu {ms} ms zu früh oder zu spät.',
    level: '{who} sendet seit {seconds} s vollkommene Stille.',
    'control-only': 'Von {who} kamen {count} Steuerpakete und keine Sprache.',
    'checks-only': 'Von {who} kamen {count} Wegprüfungen und keine Sprache.',
    'answer-copies': 'Die Antwort wurde {count}-mal wiederholt.',
    'no-acknowledgement': 'Es kam keine Bestätigung (ACK).',
    answers: '{count} Telefone haben abgenommen.',
    'message-bytes': 'Die Nachricht {what} hat {bytes} Byte.',
    status: 'Der Anruf bekam den Status {status}.',
    'hung-up': 'Der Anruf endete mit „{reason}“.',
    change: '{seconds} s nach Beginn wurde der Anruf geändert (Status {status}).',
    event: 'Zu dieser Zeit geschah: {what}.',
    route: 'Der Weg zu {who} verlässt diesen Rechner von {address}.',
    interface: '{address} gehört zum Adapter {name}.',
    firewall: 'Die Firewall dieses Rechners ist an und hat keine Regel für Sprache.',
    forwarding: 'Ein Test zeigte, dass der Router die Sprachports nicht weitergibt.',
    neighbours: '{count} andere Telefone jenes Netzes sind auch still.',
    microphone: 'Das Mikrofon von {who} ist: {state}.',
    output: '{who} spielt auf „{device}“.',
    'packet-time': '{who} sendet {packetMs} ms je Paket; erlaubt sind {longestMs} ms.',
    'old-ports': '{count} Pakete von {who} kamen an einen Port, der nicht mehr gilt.',
    'same-source': '{who} sendet Pakete, die {other} gesendet hatte.',
    rewritten: 'Die Nachrichten von {who} wurden unterwegs geändert ({how}).',
    announcement: 'Der Anruf bittet das Telefon, von selbst abzunehmen.',
    complaint: 'Jemand an {who} sagt, dass nichts zu hören ist.',
    clock: '{who} läuft mit {clock} Hz.',
    'early-voice': 'Vor dem Abnehmen kamen {count} Pakete von {who}.',
    'quiet-before': '{seconds} s lang war nichts an {who} gegangen.',
    'not-in-path': 'Die Sprache läuft nicht über diesen Rechner.',
    withheld: '{count} Pakete wurden zurückgehalten ({reason}).',
  },
} as const satisfies DoctorTexts
