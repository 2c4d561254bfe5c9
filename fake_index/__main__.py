"""Serve a scenario on loopback, to look at and to point tools at.

python -m fake_index hollow-universal2 --port 8080 --pages html --ranges ignored
"""

import argparse

from werkzeug.serving import make_server
from werkzeug.wrappers import Request

from fake_index.scenario import load_scenario, scenario_names
from fake_index.server import FakeIndex
from fake_index.world import Behaviour, PageFormat, Ranges


def main() -> None:
    """Parse the command line, then serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m fake_index", description=__doc__)
    parser.add_argument("scenario", choices=scenario_names(), metavar="SCENARIO")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--pages", type=PageFormat, choices=PageFormat, default="negotiated")
    parser.add_argument("--ranges", type=Ranges, choices=Ranges, default="honoured")
    parser.add_argument("--no-metadata", action="store_true", help="offer no .metadata files")
    arguments = parser.parse_args()
    behaviour = Behaviour(
        pages=arguments.pages, ranges=arguments.ranges, metadata=not arguments.no_metadata
    )
    scenario = load_scenario(arguments.scenario)
    fake = FakeIndex(scenario.world.with_behaviour(behaviour))
    server = make_server(
        "127.0.0.1", arguments.port, Request.application(fake.handle), threaded=True
    )
    fake.url = f"http://127.0.0.1:{server.server_port}"
    print(scenario.description)
    for index in fake.world.indexes:
        print(f"{fake.index_url(index.name)}  ({len(index.projects)} projects)")
    print(f"asks: {' '.join(scenario.question.requirements)}  for {scenario.question.target}")
    server.serve_forever()


if __name__ == "__main__":
    main()
