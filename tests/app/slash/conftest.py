"""One server with the slash command on, and one fake Slack, for all of these tests."""

import pytest

from app.interfaces.http import create
from app.settings import Settings
from tests.app.slash.fake import SECRET, FakeSlack
from tests.app.slash.limits import check


@pytest.fixture(scope="session")
def slack():
    fake = FakeSlack()
    yield fake
    fake.close()
    # whatever was posted, by whichever test, is a message that Slack would have taken
    for _, payload in fake.posts:
        if "blocks" in payload:
            check(payload)


@pytest.fixture(scope="session")
def slack_settings(home, slack):
    """Settings with the command on; the fake is named in the setting for hosts."""
    return Settings(
        home=home,
        slack_signing_secret=SECRET,
        slack_hosts=f"hooks.slack.com, {slack.host}",
        mattermost_token="w4bmp3xn",
        mattermost_hosts=slack.host,
        _env_file=None,
    )


@pytest.fixture(scope="session")
def base(assistant, slack_settings, serve):
    """The address of a real server that answers with the session's assistant."""
    app = create(lambda: assistant, slack_settings)
    address = serve(app)
    assert app.state.engine.settled.wait(10)
    return address
