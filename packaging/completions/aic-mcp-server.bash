# bash completion for aic-mcp-server: its settings are environment variables.
complete -W '--help --version doctor --json --sign-in init --client --tenant --name --print --remove claude-code claude-desktop cursor vscode gemini-cli codex windsurf zed goose' aic-mcp-server
