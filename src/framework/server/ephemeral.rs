//! Open, renew and close of ephemeral resources.

use bytes::Bytes;

use super::super::diagnostics::Diagnostics;
use super::super::ephemeral::Opened;
use super::super::erased::Outcome;
use super::super::{absent, spelling, timeouts};
use super::{
    EphemeralRequest, OpenEphemeralRequest, OpenEphemeralResponse, RenewEphemeralResponse, Session, decode, encode,
    plain, rules, unknown_type,
};

impl Session {
    pub async fn open_ephemeral_resource(&self, request: OpenEphemeralRequest) -> OpenEphemeralResponse {
        self.open(request).await.unwrap_or_else(|diagnostics| OpenEphemeralResponse {
            result: None,
            private: Bytes::new(),
            renew_at: None,
            diagnostics,
        })
    }

    pub async fn renew_ephemeral_resource(&self, request: EphemeralRequest) -> RenewEphemeralResponse {
        let failed = |private, diagnostics| RenewEphemeralResponse { private, renew_at: None, diagnostics };
        let Some(ephemeral) = self.ephemeral(&request.type_name) else {
            let error = unknown_type("ephemeral resource", &request.type_name);
            return failed(request.private, error.into());
        };
        let operation = match self.operation(&request.private) {
            Ok(operation) => operation,
            Err(error) => return failed(request.private, error.into()),
        };
        let Outcome { result, kept } = ephemeral.renew(operation).await;
        match result {
            Ok(renew_at) => {
                RenewEphemeralResponse { private: kept.private.encode(), renew_at, diagnostics: kept.warnings }
            }
            Err(error) => failed(request.private, super::with_warnings(error, &kept)),
        }
    }

    pub async fn close_ephemeral_resource(&self, request: EphemeralRequest) -> Diagnostics {
        let Some(ephemeral) = self.ephemeral(&request.type_name) else {
            return unknown_type("ephemeral resource", &request.type_name).into();
        };
        match self.operation(&request.private) {
            Ok(operation) => {
                let Outcome { result, kept } = ephemeral.close(operation).await;
                match result {
                    Ok(()) => kept.warnings,
                    Err(error) => super::with_warnings(error, &kept),
                }
            }
            Err(error) => error.into(),
        }
    }

    async fn open(&self, request: OpenEphemeralRequest) -> Result<OpenEphemeralResponse, Diagnostics> {
        let ephemeral =
            self.ephemeral(&request.type_name).ok_or_else(|| unknown_type("ephemeral resource", &request.type_name))?;
        let schema = ephemeral.schema();
        let config = decode("configuration", &request.config, &schema)?;
        let mut operation = self.operation(&[])?;
        operation.timeout = timeouts::of(&config, "open");
        let Outcome { result, kept } = ephemeral.open(operation, plain(&schema.block, &config)).await;
        let Opened { result: opened, renew_at } = result.map_err(|error| super::with_warnings(error, &kept))?;
        let opened = spelling::kept(&schema.block, opened, &config);
        let opened = absent::planned(&schema.block, opened, &config, &super::Raw::Null);
        let mut diagnostics = kept.warnings;
        rules::plan(&schema, &super::Raw::Null, &config, &opened, &[], &mut diagnostics);
        let result = Some(encode(&opened, &schema)?);
        Ok(OpenEphemeralResponse { result, private: kept.private.encode(), renew_at, diagnostics })
    }
}
