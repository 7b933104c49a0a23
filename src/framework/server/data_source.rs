//! ReadDataSource.

use super::super::diagnostics::Diagnostics;
use super::super::erased::Outcome;
use super::super::{absent, spelling, timeouts};
use super::{
    DynamicValue, ReadDataSourceRequest, ReadDataSourceResponse, Session, decode, encode, rules, sought, unknown_type,
};

impl Session {
    pub async fn read_data_source(&self, request: ReadDataSourceRequest) -> ReadDataSourceResponse {
        match self.read_data(request).await {
            Ok((state, diagnostics)) => ReadDataSourceResponse { state: Some(state), diagnostics },
            Err(diagnostics) => ReadDataSourceResponse { state: None, diagnostics },
        }
    }

    async fn read_data(&self, request: ReadDataSourceRequest) -> Result<(DynamicValue, Diagnostics), Diagnostics> {
        let source =
            self.data_source(&request.type_name).ok_or_else(|| unknown_type("data source", &request.type_name))?;
        let schema = source.schema();
        let config = decode("configuration", &request.config, &schema)?;
        let mut operation = self.operation(&[])?;
        operation.timeout = timeouts::of(&config, "read");
        let Outcome { result, kept } = source.read(operation, sought(&schema.block, &config)).await;
        let state = result.map_err(|error| super::with_warnings(error, &kept))?;
        let state = absent::found(&schema.block, spelling::kept(&schema.block, state, &config), &config);
        let mut diagnostics = kept.warnings;
        rules::state("ReadDataSource", &schema, &state, &mut diagnostics);
        Ok((encode(&state, &schema)?, diagnostics))
    }
}
