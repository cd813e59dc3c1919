# bash completion for aic-mcp-server: its settings are environment variables.
complete -W '--help --version' aic-mcp-server
