complete -c aic-mcp-server -f
complete -c aic-mcp-server -s h -l help -d 'Show the settings'
complete -c aic-mcp-server -l version -d 'Show the version'
