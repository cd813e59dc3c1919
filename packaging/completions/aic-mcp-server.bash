# bash completion for aic-mcp-server: its settings are environment variables.
complete -W '--help --version doctor --json --sign-in' aic-mcp-server
