"""Gets keys from a mock as the clouds' official SDKs do, and asks whose they are.

Prints one JSON object: what was found, by the way in which the key was got. Ends with status 77 when an SDK is not installed.
The addresses that the SDKs have fixed are put in place of the real ones; nothing else of them is changed.
"""

import json
import os
import sys
from urllib.parse import urlparse

try:
    from Tea.core import TeaCore
    from alibabacloud_credentials.client import Client as Credentials
    from alibabacloud_credentials.models import Config as CredentialsConfig
    from alibabacloud_credentials.provider import EcsRamRoleCredentialsProvider
    from alibabacloud_sts20150401.client import Client as AlibabaSts
    from alibabacloud_tea_openapi.models import Config as ApiConfig
    from tencentcloud.common import credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sts.v20180813 import models
    from tencentcloud.sts.v20180813.sts_client import StsClient
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(77)

API = urlparse(os.environ["MOCK_URL"]).netloc
METADATA = os.environ["MOCK_METADATA_URL"]
ROLE = "acs:ram::1000000000000001:role/mock"
TENCENT_ROLE = "qcs::cam::uin/100000000001:roleName/mock"


def plain_http():
    """The mock speaks HTTP, the SDKs' own calls of STS are made for HTTPS."""
    compose = TeaCore.compose_url
    TeaCore.compose_url = staticmethod(lambda request: compose(request).replace("https://", "http://"))
    HttpProfile.__init__.__defaults__ = ("http",) + HttpProfile.__init__.__defaults__[1:]
    # The host is fixed when the provider is made.
    made = EcsRamRoleCredentialsProvider.__init__

    def init(self, *arguments, **options):
        made(self, *arguments, **options)
        self._EcsRamRoleCredentialsProvider__metadata_service_host = urlparse(METADATA).netloc

    EcsRamRoleCredentialsProvider.__init__ = init
    credential.CVMRoleCredential._role_endpoint = METADATA + "/latest/meta-data/cam/security-credentials/"


def alibaba(**options):
    config = ApiConfig(credential=Credentials(CredentialsConfig(**options)), endpoint=API, protocol="http")
    return AlibabaSts(config).get_caller_identity().body.arn


def own_key():
    return {
        "access_key_id": os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        "access_key_secret": os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    }


def tencent(key):
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=API))
    identity = StsClient(key, "ap-guangzhou", profile).GetCallerIdentity(models.GetCallerIdentityRequest())
    return f"{identity.Arn} {identity.UserId}"


def tencent_pair():
    return os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"]


def web_identity():
    with open(os.environ["TENCENT_TOKEN_FILE"], encoding="utf-8") as token:
        return credential.OIDCRoleArnCredential(
            "ap-guangzhou", "mock", token.read(), TENCENT_ROLE, "python", endpoint=API
        )


plain_http()
oidc = {
    "oidc_provider_arn": "acs:ram::1000000000000001:oidc-provider/mock",
    "oidc_token_file_path": os.environ["ALIBABA_TOKEN_FILE"],
}
role = {"role_arn": ROLE, "role_session_name": "python", "sts_endpoint": API}
print(
    json.dumps(
        {
            "alibaba key": alibaba(type="access_key", **own_key()),
            "alibaba role": alibaba(type="ram_role_arn", **own_key(), **role),
            "alibaba oidc": alibaba(type="oidc_role_arn", **oidc, **role),
            "alibaba instance": alibaba(type="ecs_ram_role"),
            "alibaba uri": alibaba(type="credentials_uri", credentials_uri=METADATA + "/credentials?for=python"),
            "tencent key": tencent(credential.Credential(*tencent_pair())),
            "tencent role": tencent(
                credential.STSAssumeRoleCredential(*tencent_pair(), TENCENT_ROLE, "python", endpoint=API)
            ),
            "tencent web identity": tencent(web_identity()),
            "tencent instance": tencent(credential.CVMRoleCredential()),
        }
    )
)
# The SDKs leave threads behind that look after keys.
sys.stdout.flush()
os._exit(0)
