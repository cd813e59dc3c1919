"""Libraries of PyPI: the script's calls, each as the library's own documentation starts it.

libraries.py KIND, with the try as JSON in TRY: {url, server: {command, args, env}, script: [{name, arguments}]}. A library that
has a loop for a model gets the scripted one at `url`; the others' results are printed as {"tools", "results"}.
"""

import asyncio
import json
import os
import sys

TRY = json.loads(os.environ["TRY"])
SERVER, SCRIPT, MODEL_URL = TRY["server"], TRY["script"], TRY["url"]
KEY, MODEL, PROMPT = "made-up-key", "scripted", "Do what the script says."


def show(tools, results):
    print("SEEN " + json.dumps({"tools": [{"name": name} for name in tools], "results": results}))


def as_text(content):
    return "\n".join(part.text if hasattr(part, "text") else str(part) for part in content)


async def with_session(use):
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    async with stdio_client(StdioServerParameters(**SERVER)) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            await use(session)


async def mcp():
    async def use(session):
        tools = [tool.name for tool in (await session.list_tools()).tools]
        results = [await session.call_tool(step["name"], step["arguments"]) for step in SCRIPT]
        show(tools, [{"text": as_text(result.content)} for result in results])

    await with_session(use)


async def fastmcp():
    from fastmcp import Client

    async with Client({"mcpServers": {"aic": SERVER}}) as client:
        tools = [tool.name for tool in await client.list_tools()]
        results = [await client.call_tool(step["name"], step["arguments"], raise_on_error=False) for step in SCRIPT]
        show(tools, [{"text": as_text(result.content)} for result in results])


async def pydantic_ai():
    from fastmcp.client.transports import StdioTransport
    from pydantic_ai import Agent
    from pydantic_ai.mcp import MCPToolset
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    model = OpenAIChatModel(MODEL, provider=OpenAIProvider(base_url=f"{MODEL_URL}/v1", api_key=KEY))
    toolset = MCPToolset(StdioTransport(SERVER["command"], SERVER["args"], env=SERVER["env"]))
    agent = Agent(model, toolsets=[toolset])
    async with agent:
        await agent.run(PROMPT)


async def openai_agents():
    from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled
    from agents.mcp import MCPServerStdio
    from openai import AsyncOpenAI

    set_tracing_disabled(True)
    model = OpenAIChatCompletionsModel(MODEL, AsyncOpenAI(base_url=f"{MODEL_URL}/v1", api_key=KEY))
    async with MCPServerStdio(params=SERVER, client_session_timeout_seconds=120) as server:
        await Runner.run(Agent(name="tries", model=model, mcp_servers=[server]), PROMPT)


# Its own conversion of tools; a session among the tools, as documented, it fails to copy with every server.
async def google_genai():
    from google import genai
    from google.genai import types
    from google.genai._mcp_utils import mcp_to_gemini_tools

    client = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=MODEL_URL))

    async def use(session):
        tools = mcp_to_gemini_tools((await session.list_tools()).tools)
        contents = [types.Content(role="user", parts=[types.Part(text=PROMPT)])]
        config = types.GenerateContentConfig(tools=tools, automatic_function_calling={"disable": True})
        while True:
            answer = await client.aio.models.generate_content(model=MODEL, contents=contents, config=config)
            if not answer.function_calls:
                return
            call = answer.function_calls[0]
            result = await session.call_tool(call.name, call.args)
            part = types.Part.from_function_response(name=call.name, response={"output": as_text(result.content)})
            contents += [answer.candidates[0].content, types.Content(role="user", parts=[part])]

    await with_session(use)


async def anthropic():
    from anthropic import AsyncAnthropic
    from anthropic.lib.tools.mcp import async_mcp_tool

    client = AsyncAnthropic(base_url=MODEL_URL, api_key=KEY)

    async def use(session):
        tools = [async_mcp_tool(tool, session) for tool in (await session.list_tools()).tools]
        runner = client.beta.messages.tool_runner(
            model=MODEL, max_tokens=1000, tools=tools, thread=False,  # the scripted model keeps no conversation
            messages=[{"role": "user", "content": PROMPT}])
        async for _ in runner:
            pass

    await with_session(use)


async def langchain():
    from langchain_mcp_adapters.client import MultiServerMCPClient

    client = MultiServerMCPClient({"aic": {**SERVER, "transport": "stdio"}})
    tools = {tool.name: tool for tool in await client.get_tools()}
    results = []
    for at, step in enumerate(SCRIPT):
        call = {"type": "tool_call", "id": f"call_{at}", "name": step["name"], "args": step["arguments"]}
        try:
            message = await tools[step["name"]].ainvoke(call)
            content = message.content
            results.append({"text": content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)})
        except Exception as error:  # what an agent would catch and show
            results.append({"text": str(error)})
    show(tools, results)


async def smolagents():
    from mcp import StdioServerParameters
    from smolagents import MCPClient

    with MCPClient(StdioServerParameters(**SERVER), structured_output=False) as tools:
        by_name = {tool.name: tool for tool in tools}
        results = []
        for step in SCRIPT:
            try:
                results.append({"text": str(by_name[step["name"]](**step["arguments"]))})
            except Exception as error:
                results.append({"text": str(error)})
        show(by_name, results)


asyncio.run(globals()[sys.argv[1]]())
