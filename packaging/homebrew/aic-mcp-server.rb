# The formula of a tap. scripts/package.sh fills in the version and the checksums.
class AicMcpServer < Formula
  desc "MCP server for PingOne Advanced Identity Cloud, as the person who signed in"
  homepage "https://example.com/aic-mcp-server"
  version "@VERSION@"
  license "Apache-2.0"

  on_macos do
    depends_on macos: :monterey
    on_arm do
      url "https://example.com/aic-mcp-server-@VERSION@-macos-arm64.tar.gz"
      sha256 "@SHA256-macos-arm64@"
    end
    on_intel do
      url "https://example.com/aic-mcp-server-@VERSION@-macos-x64.tar.gz"
      sha256 "@SHA256-macos-x64@"
    end
  end

  on_linux do
    on_arm do
      url "https://example.com/aic-mcp-server-@VERSION@-linux-arm64.tar.gz"
      sha256 "@SHA256-linux-arm64@"
    end
    on_intel do
      url "https://example.com/aic-mcp-server-@VERSION@-linux-x64.tar.gz"
      sha256 "@SHA256-linux-x64@"
    end
  end

  def install
    bin.install "aic-mcp-server"
    man1.install "aic-mcp-server.1"
    bash_completion.install "completions/aic-mcp-server.bash" => "aic-mcp-server"
    zsh_completion.install "completions/_aic-mcp-server"
    fish_completion.install "completions/aic-mcp-server.fish"
    doc.install "LICENSE", "NOTICE", "sbom.cdx.json", "third-party"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/aic-mcp-server --version")
  end
end
