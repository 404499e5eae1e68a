// What owns a precompiled header must compile something: this.
