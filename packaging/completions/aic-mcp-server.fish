complete -c aic-mcp-server -f
complete -c aic-mcp-server -s h -l help -d 'Show the settings'
complete -c aic-mcp-server -l version -d 'Show the version'
complete -c aic-mcp-server -n __fish_use_subcommand -a doctor -d 'Check settings, network, tenant and this machine'
complete -c aic-mcp-server -n '__fish_seen_subcommand_from doctor' -l json -d 'Print JSON'
complete -c aic-mcp-server -n '__fish_seen_subcommand_from doctor' -l sign-in -d 'Also sign in'
