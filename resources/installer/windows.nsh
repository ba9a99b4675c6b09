; Phones can only register when Windows lets them in. The rule is made if the user agrees, for private and domain
; networks alone, and goes with the program. A silent installation makes none.
!macro customInstall
  ReadRegDWORD $0 HKCU "Software\Sidetone" "FirewallRule"
  ${If} $0 != 1
    MessageBox MB_YESNO|MB_ICONQUESTION "May phones of your private network reach Sidetone?$\r$\n$\r$\nWindows asks you once more, and its firewall gets a rule for Sidetone. Public networks stay shut." /SD IDNO IDNO skipFirewall
    ExecShellWait "runas" "$SYSDIR\netsh.exe" 'advfirewall firewall add rule name="Sidetone" dir=in action=allow program="$INSTDIR\${APP_EXECUTABLE_FILENAME}" profile=private,domain enable=yes' SW_HIDE
    nsExec::ExecToStack '"$SYSDIR\netsh.exe" advfirewall firewall show rule name="Sidetone"'
    Pop $1
    Pop $2
    ${If} $1 == 0
      WriteRegDWORD HKCU "Software\Sidetone" "FirewallRule" 1
    ${EndIf}
    skipFirewall:
  ${EndIf}
!macroend

!macro customUnInstall
  ${IfNot} ${isUpdated}
    ReadRegDWORD $0 HKCU "Software\Sidetone" "FirewallRule"
    ${If} $0 == 1
      ExecShellWait "runas" "$SYSDIR\netsh.exe" 'advfirewall firewall delete rule name="Sidetone" program="$INSTDIR\${APP_EXECUTABLE_FILENAME}"' SW_HIDE
    ${EndIf}
    DeleteRegKey HKCU "Software\Sidetone"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "org.sidetone.desktop"
  ${EndIf}
!macroend
