import Testing

@testable import Commands

struct ConfigurationPlaceTests {
    private func place(_ flag: String?, _ environment: [String: String]) -> ConfigurationPlace {
        var options = EverywhereOptions()
        options.config = flag
        return ConfigurationPlace(options, environment: environment)
    }

    @Test func `a flag comes before a variable, a variable before the usual place`() {
        let home = ["HOME": "/h"]
        #expect(place(nil, home).file == "/h/.config/diwan/config.toml")
        #expect(place(nil, home.merging(["XDG_CONFIG_HOME": "/x"]) { $1 }).file == "/x/diwan/config.toml")
        #expect(place(nil, home.merging(["DIWAN_CONFIG": "/v.toml"]) { $1 }).file == "/v.toml")
        #expect(place(nil, home.merging(["DIWAN_CONFIG": ""]) { $1 }).file == "/h/.config/diwan/config.toml")
        #expect(
            place("/f.toml", home.merging(["DIWAN_CONFIG": "/v.toml"]) { $1 }).file == "/f.toml")
    }

    @Test func `a path below the home is shown as people write it`() {
        let place = place(nil, ["HOME": "/h"])
        #expect(place.shownFile == "~/.config/diwan/config.toml")
        #expect(place.shown("/hh/x") == "/hh/x")
    }
}
